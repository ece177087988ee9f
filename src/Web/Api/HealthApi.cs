using Microsoft.EntityFrameworkCore;
using Ranking.Data;

namespace Ranking.Web.Api;

/// <summary>How the server is.</summary>
internal sealed record HealthResource(string Status);

/// <summary>For whoever watches over the server.</summary>
internal static class HealthApi
{
    /// <summary>Maps the health endpoints.</summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").AllowAnonymous().WithTags("Health");
        health.MapGet("/live", () => new HealthResource("live")).WithName("live").WithSummary("Says that the process answers.");
        health.MapGet("/ready", ReadyAsync).WithName("ready").WithSummary("Says whether the database can be used.").Refuses(503);
    }

    private static async Task<HealthResource> ReadyAsync(IDbContextFactory<RankingDb> databases, IHostApplicationLifetime lifetime, CancellationToken cancel)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new RefusalException(503, "The server is shutting down.");
        }

        await using var db = await databases.CreateDbContextAsync(cancel);
        await db.Studies.AnyAsync(cancel);
        return new("ready");
    }
}
