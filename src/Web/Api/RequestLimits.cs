using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Mvc;

namespace Ranking.Web.Api;

/// <summary>How many requests a caller may send: generous with a key, few without, so that keys cannot be tried out.</summary>
internal static class RequestLimits
{
    private const int DefaultPerSecond = 2000;
    private const int WithoutKeyPerSecond = 10;
    private const int BurstSeconds = 5;

    /// <summary>Adds the limits; <c>Ranking:RequestsPerSecond</c> sets the one for callers with a key.</summary>
    public static void AddRequestLimits(this IServiceCollection services, IConfiguration configuration)
    {
        var perSecond = Math.Max(1, configuration.GetValue("Ranking:RequestsPerSecond", DefaultPerSecond));
        services.AddRateLimiter(limits =>
        {
            limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => Partition(http, perSecond));
            limits.OnRejected = (context, _) => RefuseAsync(context.HttpContext, context.Lease);
        });
    }

    private static RateLimitPartition<string> Partition(HttpContext http, int perSecond)
    {
        if (http.User.Identity?.IsAuthenticated == true)
        {
            return http.Request.Path.StartsWithSegments("/api")
                ? Bucket($"caller {http.User.FindFirstValue(ClaimTypes.NameIdentifier)} {http.User.Identity.Name}", perSecond)
                : RateLimitPartition.GetNoLimiter("pages");
        }

        return http.Request.Path.StartsWithSegments("/api") || http.Request.Path.StartsWithSegments("/login")
            ? Bucket($"address {http.Connection.RemoteIpAddress}", WithoutKeyPerSecond)
            : RateLimitPartition.GetNoLimiter("pages");
    }

    private static RateLimitPartition<string> Bucket(string caller, int perSecond) => RateLimitPartition.GetTokenBucketLimiter(
        caller,
        _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = perSecond * BurstSeconds,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        });

    private static async ValueTask RefuseAsync(HttpContext http, RateLimitLease lease)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? Math.Max(1, (int)Math.Ceiling(retryAfter.TotalSeconds)) : 1;
        http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        http.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        var problem = new ProblemDetails { Status = 429, Title = "Too Many Requests", Detail = $"Too many requests; try again in {wait} s." };
        await Problems.WriteAsync(http, problem, http.RequestServices.GetRequiredService<IProblemDetailsService>());
    }
}
