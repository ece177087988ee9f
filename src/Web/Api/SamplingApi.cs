using Ranking.Engine;
using Ranking.Engine.Guidances;
using Ranking.Engine.Schedulers;
using Ranking.Web.Auth;

namespace Ranking.Web.Api;

/// <summary>A sampler of the catalogue. One that is not deterministic draws fresh noise, and its pictures follow their points less closely.</summary>
internal sealed record SamplerResource(string Name, string Title, string Summary, int Revision, bool Deterministic, bool Flow, string Source);

/// <summary>A guidance of the catalogue.</summary>
internal sealed record GuidanceResource(string Name, string Title, string Summary, int Revision, bool NeedsClassifier, string Source);

/// <summary>How spaces of noise can be sampled.</summary>
internal static class SamplingApi
{
    /// <summary>Maps the catalogues of samplers and guidances.</summary>
    public static void MapSampling(this RouteGroupBuilder api)
    {
        var catalog = api.MapGroup("").WithTags("Catalogue").RequireAuthorization(Scopes.Read);
        catalog.MapGet("/samplers", Samplers).WithName("listSamplers").WithSummary("Lists the samplers, and whether they draw fresh noise.");
        catalog.MapGet("/guidances", Guidances).WithName("listGuidances").WithSummary("Lists the kinds of guidance.");
    }

    private static Listing<SamplerResource> Samplers(Catalog<Scheduler> samplers) => new(
    [
        .. samplers.Entries.Select(entry => new SamplerResource(
            entry.Key, entry.Title, entry.Summary, entry.Revision, !samplers[entry.Key].IsStochastic, samplers[entry.Key].IsFlow, entry.Source)),
    ]);

    private static Listing<GuidanceResource> Guidances(Catalog<Guidance> guidances) => new(
    [
        .. guidances.Entries.Select(entry => new GuidanceResource(
            entry.Key, entry.Title, entry.Summary, entry.Revision, guidances[entry.Key].NeedsClassifier, entry.Source)),
    ]);
}
