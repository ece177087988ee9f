using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Ranking.Data.Sqlite;
using Ranking.Engine.Sessions;

namespace Ranking.Data;

/// <summary>Registers this project's services.</summary>
public static class DataServices
{
    /// <summary>
    /// Adds the database (as <see cref="IDbContextFactory{RankingDb}"/>), the stores of sessions and artifacts, and
    /// <see cref="Database"/>, whose <see cref="Database.PrepareAsync"/> must run before the first use.
    /// </summary>
    /// <param name="services">Where to add them.</param>
    /// <param name="dataDirectory">The folder for database and pictures; created when missing.</param>
    public static IServiceCollection AddRankingData(this IServiceCollection services, string dataDirectory)
    {
        var folder = new DataFolder(Path.GetFullPath(dataDirectory));
        services.AddSingleton(folder);
        services.AddDbContextFactory<RankingDb>(options => options.UseRankingSqlite(folder.DatabaseFile));
        services.AddSingleton<Database>();
        services.AddSingleton<ISessionStore, SessionStore>();
        services.AddSingleton<IArtifactStore, ArtifactStore>();
        return services;
    }
}
