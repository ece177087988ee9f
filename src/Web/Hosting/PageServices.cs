using Radzen;
using Ranking.Web.Admin;
using Ranking.Web.Playground;

namespace Ranking.Web.Hosting;

/// <summary>Registers what the pages need.</summary>
internal static class PageServices
{
    /// <summary>Adds Blazor with interactive server rendering, and Radzen.</summary>
    public static void AddRankingPages(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddCascadingAuthenticationState();
        services.AddRadzenComponents();
        services.AddSingleton<StudyList>();
        services.AddSingleton<RaceAddress>();
    }
}
