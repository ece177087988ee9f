using Ranking.Data;
using Ranking.Engine.Rendering;
using Ranking.Engine.Sessions;

namespace Ranking.Web.Hosting;

/// <summary>Registers database, sessions and studies.</summary>
internal static class StudyServices
{
    /// <summary>Adds what keeps studies and their sessions.</summary>
    public static void AddRankingStudies(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddRankingData(new Paths(configuration).Data);
        services.AddSingleton<OpenSpaces>();
        services.AddSingleton<ISessions>(provider => ActivatorUtilities.CreateInstance<LocalSessions>(provider, configuration.GetValue("Ranking:Anticipate", true)));
        services.AddSingleton<StudyRules>();
        services.AddSingleton<Studies>();
        services.AddSingleton<SentPictures>();
        services.AddSingleton<OracleRuns>();
        services.AddSingleton<FirstStart>();
    }
}
