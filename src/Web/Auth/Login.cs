using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Ranking.Web.Auth;

/// <summary>The login page: a printed link is exchanged for a cookie.</summary>
internal static class Login
{
    /// <summary>Maps <c>/login</c> and <c>/logout</c>.</summary>
    public static void MapLogin(this IEndpointRouteBuilder app)
    {
        app.MapGet("/login", EnterAsync).AllowAnonymous().ExcludeFromDescription();
        app.MapPost("/logout", (Delegate)LeaveAsync).ExcludeFromDescription();
    }

    /// <summary>Gives the admin's cookie.</summary>
    public static Task SignInAdminAsync(this HttpContext context) => context.SignInAsync(
        CookieAuthenticationDefaults.AuthenticationScheme,
        new ClaimsPrincipal(new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, "admin"), new Claim(Scopes.Claim, Scopes.Admin)], CookieAuthenticationDefaults.AuthenticationScheme)),
        new AuthenticationProperties { IsPersistent = true });

    private static async Task<IResult> EnterAsync(HttpContext context, LoginLinks links, string? token, string? returnUrl)
    {
        if (links.TryUse(token))
        {
            await context.SignInAdminAsync();
            return Results.LocalRedirect(Local(returnUrl));
        }

        if (context.User.May(Scopes.Admin))
        {
            return Results.LocalRedirect(Local(returnUrl));
        }

        links.Renew();
        return Page(token is null
            ? "Open the link that the server printed where it was started."
            : "This link was used before or is out of date. A new one is printed where the server was started.");
    }

    private static async Task<IResult> LeaveAsync(HttpContext context)
    {
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return Results.LocalRedirect("/login");
    }

    private static string Local(string? url) =>
        url is ['/', ..] and not ['/', '/' or '\\', ..] && !url.StartsWith("/login", StringComparison.Ordinal) ? url : "/";

    private static IResult Page(string text) => Results.Content(
        $$"""
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Log in · Ranking</title>
        <style>
        :root { color-scheme: light dark }
        body { font: 1rem/1.5 system-ui, sans-serif; display: grid; place-items: center; min-height: 90vh; margin: 1rem }
        main { max-width: 26rem }
        </style></head>
        <body><main><h1>Ranking</h1><p>{{HtmlEncoder.Default.Encode(text)}}</p></main></body>
        </html>
        """,
        "text/html; charset=utf-8",
        statusCode: StatusCodes.Status401Unauthorized);
}
