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
        catalog.MapGet("/samplers", Samplers).WithName("listSamplers").WithSummary("Lists the samplers, and whether they draw fresh noise.").Refuses(422);
        catalog.MapGet("/guidances", Guidances).WithName("listGuidances").WithSummary("Lists the kinds of guidance.").Refuses(422);
    }

    private static Page<SamplerResource> Samplers(Catalog<Scheduler> samplers, int? limit, string? cursor) => Paging.Of(
        [.. samplers.Entries], limit, cursor, entry => new SamplerResource(
            entry.Key, entry.Title, entry.Summary, entry.Revision, !samplers[entry.Key].IsStochastic, samplers[entry.Key].IsFlow, entry.Source));

    private static Page<GuidanceResource> Guidances(Catalog<Guidance> guidances, int? limit, string? cursor) => Paging.Of(
        [.. guidances.Entries], limit, cursor, entry => new GuidanceResource(
            entry.Key, entry.Title, entry.Summary, entry.Revision, guidances[entry.Key].NeedsClassifier, entry.Source));
}
