using Ranking.Engine;
using Ranking.Engine.Control;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Functions;
using Ranking.Engine.Guidances;
using Ranking.Engine.Oracles;
using Ranking.Engine.Playground;
using Ranking.Engine.Plots;
using Ranking.Engine.Schedulers;
using Ranking.Engine.Spaces;

namespace Ranking.Web.Hosting;

/// <summary>Registers what the engine offers: its catalogues, whose entries may ask for services, and the models.</summary>
internal static class EngineServices
{
    /// <summary>Adds the catalogues and the diffusion models below <c>Ranking:ModelRoots</c>, run on <c>Ranking:Device</c>.</summary>
    public static void AddRankingEngine(this IServiceCollection services)
    {
        services.AddCatalog<IOptimizer>();
        services.AddCatalog<ISpace>();
        services.AddCatalog<TestFunction>();
        services.AddCatalog<ControlTask>();
        services.AddCatalog<IOracle>();
        services.AddCatalog<Plot>();
        services.AddCatalog<Scheduler>();
        services.AddCatalog<Guidance>();
        services.AddSingleton<Race>();
        services.AddSingleton<PresetJobs>();
        services.AddSingleton(provider =>
        {
            var configuration = provider.GetRequiredService<IConfiguration>();
            return new Models(new Paths(configuration).ModelRoots, configuration["Ranking:Device"]);
        });
    }

    private static void AddCatalog<T>(this IServiceCollection services)
        where T : class =>
        services.AddSingleton(provider => new Catalog<T>(create: type => ActivatorUtilities.CreateInstance(provider, type)));
}
