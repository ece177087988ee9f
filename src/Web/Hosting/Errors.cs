namespace Ranking.Web.Hosting;

/// <summary>What callers see when something fails: problem details without a stack trace.</summary>
internal static class Errors
{
    /// <summary>Adds the handlers to the pipeline.</summary>
    public static void UseRankingErrors(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
    }
}
