using Ranking.Engine;
using Ranking.Engine.Spaces;

namespace Ranking.Web.Hosting;

/// <summary>Registers what the engine offers: its catalogues, whose entries may ask for services.</summary>
internal static class EngineServices
{
    /// <summary>Adds the catalogues.</summary>
    public static void AddRankingEngine(this IServiceCollection services)
    {
        services.AddCatalog<IOptimizer>();
        services.AddCatalog<ISpace>();
    }

    private static void AddCatalog<T>(this IServiceCollection services)
        where T : class =>
        services.AddSingleton(provider => new Catalog<T>(create: type => ActivatorUtilities.CreateInstance(provider, type)));
}
