using System.ComponentModel;
using System.Security.Claims;
using System.Security.Cryptography;
using Ranking.Engine.Sessions;
using Ranking.Engine.Spaces;
using Ranking.Web.Auth;

namespace Ranking.Web.Api;

/// <summary>A point whose picture is awaited.</summary>
internal sealed record PendingSample(
    string CandidateId,
    [property: Description("Its coordinates; left out above 4,096 of them.")] double[]? Point,
    [property: Description("Where its picture is to be put.")] string ImageUrl);

/// <summary>Pictures that another program makes: it reads points and sends what they look like.</summary>
internal static class SamplesApi
{
    private const int LongestPicture = 10 << 20;

    /// <summary>Maps the samples.</summary>
    public static void MapSamples(this RouteGroupBuilder api)
    {
        var samples = api.MapGroup("").WithTags("Samples");
        samples.MapGet("/sessions/{id}/pending-samples", PendingAsync).RequireAuthorization(Scopes.Read)
            .WithName("listPendingSamples").WithSummary("Lists the points whose pictures another program is to send: those of the open batch, then the incumbent.")
            .Refuses(404, 422);
        samples.MapPut("/candidates/{id}/image", SupplyAsync).RequireAuthorization(Scopes.Oracle)
            .WithName("supplyImage").WithSummary("Takes a candidate's picture: PNG, JPEG or WebP of at most 10 MiB, told by its content. The first one stays.")
            .Accepts<Stream>("image/png", "image/jpeg", "image/webp").Produces(204).Refuses(404, 409, 413, 415);
    }

    private static async Task<Page<PendingSample>> PendingAsync(
        string id, ClaimsPrincipal user, Finder finder, int? limit, string? cursor, CancellationToken cancel)
    {
        var (_, session) = await finder.SessionAsync(user, id, cancel);
        var view = await session.CurrentAsync(cancel);
        var pending = Paging.Of(Pending(view), limit, cursor, candidate => candidate);
        var samples = new List<PendingSample>();
        foreach (var candidate in pending.Items)
        {
            var point = await session.PointAsync(candidate, cancel);
            samples.Add(new(candidate, point is { Length: <= BatchResource.LargestPoint } ? point : null, CandidateIds.ImageUrl(candidate)));
        }

        return new(samples, pending.Next);
    }

    // Only where pictures are awaited: what this server draws itself is nobody's work.
    private static List<string> Pending(RoundView view)
    {
        var best = view.Bests[^1];
        return view.Config.Space.Key != "external" || !view.HasPictures() || SessionResource.IsOver(view) ? []
            : [.. view.Shown.Select(index => view.Candidates[index]).Where(c => c.Picture is null).Select(c => c.Id), .. best.Picture is null ? [best.CandidateId] : Array.Empty<string>()];
    }

    private static async Task<IResult> SupplyAsync(string id, HttpContext http, Finder finder, CancellationToken cancel)
    {
        var (_, session) = await finder.CandidateAsync(http.User, id, cancel);
        var bytes = await RequestBody.BytesAsync(http, LongestPicture);
        var type = PictureFile.MediaType(bytes) ?? throw new RefusalException(415, "The body must be a whole PNG, JPEG or WebP picture.");
        var stands = await session.SupplyPictureAsync(id, new Artifact(bytes, type), cancel) ?? throw RefusalException.Unknown("awaited picture of candidate", id);
        return stands == Convert.ToHexStringLower(SHA256.HashData(bytes))
            ? Results.NoContent()
            : throw RefusalException.Conflict("This candidate has another picture already, and pictures never change.");
    }
}
