using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Mvc;

namespace Ranking.Web.Auth;

/// <summary>The login page: a printed link is exchanged for a cookie.</summary>
internal static class Login
{
    /// <summary>Maps <c>/login</c> and <c>/logout</c>.</summary>
    public static void MapLogin(this IEndpointRouteBuilder app)
    {
        app.MapGet("/login", EnterAsync).AllowAnonymous().ExcludeFromDescription();
        app.MapPost("/login", EnterWithKeyAsync).AllowAnonymous().ExcludeFromDescription();
        app.MapPost("/logout", (Delegate)LeaveAsync).ExcludeFromDescription();
    }

    /// <summary>Gives the admin's cookie.</summary>
    public static Task SignInAdminAsync(this HttpContext context) => context.SignInAsync(
        CookieAuthenticationDefaults.AuthenticationScheme,
        new ClaimsPrincipal(new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, "admin"), new Claim(Scopes.Claim, Scopes.Admin)], CookieAuthenticationDefaults.AuthenticationScheme)),
        new AuthenticationProperties { IsPersistent = true });

    private static async Task<IResult> EnterAsync(HttpContext context, LoginLinks links, IAntiforgery forgery, string? token, string? returnUrl)
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
        return Page(context, forgery, returnUrl, token is null
            ? "Open the link that the server printed where it was started."
            : "This link was used before or is out of date. A new one is printed where the server was started.");
    }

    private static async Task<IResult> EnterWithKeyAsync(
        HttpContext context, ApiKeys keys, IAntiforgery forgery, [FromForm] string? key, [FromForm] string? returnUrl)
    {
        if (key is { Length: > 0 } && (await keys.FindAsync(key.Trim(), context.RequestAborted))?.Scope == Scopes.Admin)
        {
            await context.SignInAdminAsync();
            return Results.LocalRedirect(Local(returnUrl));
        }

        return Page(context, forgery, returnUrl, "This is not an admin key.");
    }

    private static async Task<IResult> LeaveAsync(HttpContext context)
    {
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return Results.LocalRedirect("/login");
    }

    private static string Local(string? url) =>
        url is ['/', ..] and not ['/', '/' or '\\', ..] && !url.StartsWith("/login", StringComparison.Ordinal) ? url : "/";

    private static IResult Page(HttpContext context, IAntiforgery forgery, string? returnUrl, string text)
    {
        var tokens = forgery.GetAndStoreTokens(context);
        return Results.Content(Html(text, Local(returnUrl), tokens), "text/html; charset=utf-8", statusCode: StatusCodes.Status401Unauthorized);
    }

    private static string Html(string text, string returnUrl, AntiforgeryTokenSet tokens) =>
        $$"""
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Log in · Ranking</title>
        <style>
        :root { color-scheme: light dark }
        body { font: 1rem/1.5 system-ui, sans-serif; display: grid; place-items: center; min-height: 90vh; margin: 1rem }
        main { max-width: 26rem }
        form { display: grid; gap: .5rem; margin-top: 2rem }
        input, button { font: inherit; padding: .5rem .75rem }
        </style></head>
        <body><main><h1>Ranking</h1><p>{{HtmlEncoder.Default.Encode(text)}}</p>
        <form method="post" action="/login">
        <label for="key">Or enter the admin key</label>
        <input id="key" name="key" type="password" autocomplete="current-password" required>
        <input type="hidden" name="returnUrl" value="{{HtmlEncoder.Default.Encode(returnUrl)}}">
        <input type="hidden" name="{{tokens.FormFieldName}}" value="{{tokens.RequestToken}}">
        <button>Log in</button>
        </form></main></body>
        </html>
        """;
}
