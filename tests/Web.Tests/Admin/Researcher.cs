using System.Text.Json;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Radzen;
using Ranking.Data;
using Ranking.Engine;
using Ranking.Engine.Control;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Functions;
using Ranking.Engine.Guidances;
using Ranking.Engine.Plots;
using Ranking.Engine.Rendering;
using Ranking.Engine.Schedulers;
using Ranking.Engine.Sessions;
using Ranking.Engine.Spaces;
using Ranking.Web.Admin;

namespace Ranking.Web.Tests.Admin;

/// <summary>The researcher's pages over a database and sessions of their own; nothing but the browser is left out.</summary>
public sealed class Researcher : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ranking-admin-").FullName;

    private Researcher(string[] modelRoots)
    {
        Page.JSInterop.Mode = JSRuntimeMode.Loose;
        var services = Page.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => new Models(modelRoots, "cpu"));
        AddCatalog<IOptimizer>(services);
        AddCatalog<ISpace>(services);
        AddCatalog<TestFunction>(services);
        AddCatalog<ControlTask>(services);
        AddCatalog<Plot>(services);
        AddCatalog<Scheduler>(services);
        AddCatalog<Guidance>(services);
        services.AddRankingData(_folder);
        services.AddSingleton<OpenSpaces>();
        services.AddSingleton<ISessions, LocalSessions>();
        services.AddSingleton<StudyRules>();
        services.AddSingleton<Web.Studies>();
        services.AddSingleton<SentPictures>();
        services.AddSingleton<StudyList>();
        services.AddRadzenComponents();
    }

    public BunitContext Page { get; } = new();

    public Web.Studies Studies => Page.Services.GetRequiredService<Web.Studies>();

    public ISessions Sessions => Page.Services.GetRequiredService<ISessions>();

    public string Address
    {
        get => Page.Services.GetRequiredService<NavigationManager>().Uri;
        set => Page.Services.GetRequiredService<NavigationManager>().NavigateTo(value);
    }

    public static async Task<Researcher> ComesAsync(params string[] modelRoots)
    {
        var researcher = new Researcher(modelRoots);
        await researcher.Page.Services.GetRequiredService<Database>().PrepareAsync();
        return researcher;
    }

    /// <summary>A study on the sphere in two dimensions.</summary>
    public Task<Study> StudyAsync(string name = "A round bowl") => Studies.CreateAsync(new StudyDraft("function")
    {
        Name = name,
        SpaceSettings = JsonSerializer.SerializeToElement(new { function = "sphere", dimension = 2 }),
        Seed = 7,
    });

    /// <summary>A session of a study with this many answered rounds: the first picture before the second and third, which tie.</summary>
    public async Task<Guid> SessionAsync(Guid study, int rounds)
    {
        var id = (await Studies.StartSessionAsync(study))!.Value;
        var session = (await Sessions.FindAsync(id))!;
        for (var i = 0; i < rounds; i++)
        {
            var view = await session.CurrentAsync();
            var answer = new SessionCommand.Judge(view.BatchId, new Guid(i + 1, 0, 0, new byte[8]), i % 2 == 0 ? "Ada" : "Ben", new Judgement.Ranking([[view.Shown[0]], [view.Shown[1], view.Shown[2]]]), 4000);
            Assert.IsType<SubmitResult.Accepted>(await session.SendAsync(answer));
        }

        return id;
    }

    public async ValueTask DisposeAsync()
    {
        await Page.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static void AddCatalog<T>(IServiceCollection services)
        where T : class => services.AddSingleton(provider => new Catalog<T>(create: type => ActivatorUtilities.CreateInstance(provider, type)));
}
