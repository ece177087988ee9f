using Ranking.Web.Api;

namespace Ranking.Web.Hosting;

/// <summary>What callers see when something fails: a page for people, problem details for programs, never a stack trace.</summary>
internal static class Errors
{
    /// <summary>Adds the handlers to the pipeline.</summary>
    public static void UseRankingErrors(this WebApplication app)
    {
        app.UseWhen(IsForPrograms, api =>
        {
            api.UseExceptionHandler();
            api.UseStatusCodePages(context => Problems.WriteAsync(context.HttpContext));
        });
        app.UseWhen(context => !IsForPrograms(context), pages =>
        {
            pages.UseExceptionHandler("/error", createScopeForErrors: true);
            pages.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        });
        // After the handlers: the page that they show instead is found by its own path.
        app.UseRouting();
    }

    /// <summary>Whether a request is a program's.</summary>
    public static bool IsForPrograms(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/api") || context.Request.Path.StartsWithSegments("/health");
}
