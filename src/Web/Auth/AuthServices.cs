using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;

namespace Ranking.Web.Auth;

/// <summary>Registers who may do what: everything needs the admin unless an endpoint says otherwise.</summary>
internal static class AuthServices
{
    private const string Either = "KeyOrCookie";

    /// <summary>Adds the login cookie, the keys of programs and the policies.</summary>
    public static void AddRankingAuth(this IServiceCollection services)
    {
        services.AddSingleton<LoginLinks>();
        services.AddSingleton<ApiKeys>();
        services.AddAuthentication(Either)
            .AddPolicyScheme(Either, Either, either => either.ForwardDefaultSelector = Scheme)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null)
            .AddCookie(cookie =>
            {
                cookie.Cookie.Name = "ranking";
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.Cookie.HttpOnly = true;
                cookie.ExpireTimeSpan = TimeSpan.FromDays(30);
                cookie.SlidingExpiration = true;
                cookie.LoginPath = "/login";
                cookie.AccessDeniedPath = "/login";
                cookie.ReturnUrlParameter = "returnUrl";
            });
        var authorization = services.AddAuthorizationBuilder();
        foreach (var scope in Scopes.All)
        {
            authorization.AddPolicy(scope, policy => policy.RequireAuthenticatedUser()
                .RequireAssertion(context => context.User.May(scope) && context.Resource is HttpContext http && IsSafe(http)));
        }

        authorization.SetFallbackPolicy(new AuthorizationPolicyBuilder()
            .RequireAuthenticatedUser().RequireAssertion(context => context.User.May(Scopes.Admin)).Build());
    }

    // Programs are told 401 or 403; only pages lead to the login page.
    private static string Scheme(HttpContext context) =>
        context.Request.Headers.Authorization.Count > 0
        || (context.Request.Path.StartsWithSegments("/api") && !context.Request.Headers.Cookie.Any(c => c?.Contains("ranking=", StringComparison.Ordinal) == true))
            ? ApiKeyHandler.SchemeName
            : CookieAuthenticationDefaults.AuthenticationScheme;

    // A browser sends the cookie by itself, so a request that changes something must come from our own pages. Browsers
    // say so in Sec-Fetch-Site, which a page cannot set; the few without it send Origin.
    private static bool IsSafe(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
            || context.User.Identity?.AuthenticationType == ApiKeyHandler.SchemeName)
        {
            return true;
        }

        return request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site
            ? site == "same-origin"
            : request.Headers.Origin.ToString() == $"{request.Scheme}://{request.Host}";
    }
}
