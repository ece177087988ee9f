using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using Ranking.Engine;
using Ranking.Engine.Spaces;
using Ranking.Web.Auth;

namespace Ranking.Web.Api;

/// <summary>Pictures and points of candidates. Both never change, so they may be kept for ever.</summary>
internal static class CandidatesApi
{
    /// <summary>The cache header of what never changes.</summary>
    public const string ForEver = "private, max-age=31536000, immutable";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Maps the candidates.</summary>
    public static void MapCandidates(this RouteGroupBuilder api)
    {
        var candidates = api.MapGroup("/candidates/{id}").WithTags("Candidates").RequireAuthorization(Scopes.Read);
        candidates.MapGet("/image", ImageAsync)
            .WithName("getImage").WithSummary("Gives a candidate's picture, at most `size` pixels (8 to 4096) on its longer side. Waits for a picture that is being made.")
            .Produces(200, contentType: "image/png").Produces(304).Refuses(404, 422, 503);
        candidates.MapGet("/glimpse", GlimpseAsync)
            .WithName("getGlimpse").WithSummary("Gives a small picture of what a candidate is becoming while its picture is made; there is none before the first steps.")
            .Produces(200, contentType: "image/png").Refuses(404);
        candidates.MapGet("/point", PointAsync)
            .WithName("getPoint").WithSummary("Gives a candidate's point as JSON, or as little-endian float64 with `Accept: application/octet-stream`.")
            .Produces<PointResource>(200, "application/json", "application/octet-stream").Refuses(404);
    }

    /// <summary>Answers with a picture that may still have to be made.</summary>
    /// <param name="http">The request.</param>
    /// <param name="lifetime">Of the server.</param>
    /// <param name="size">The longer side in pixels; null for the picture as it is.</param>
    /// <param name="make">Gives the picture.</param>
    /// <param name="cancel">The caller is gone.</param>
    /// <exception cref="RefusalException">The size is out of bounds, or the picture takes too long.</exception>
    public static async Task<IResult> PictureAsync(HttpContext http, IHostApplicationLifetime lifetime, int? size, Func<CancellationToken, Task<Artifact>> make, CancellationToken cancel)
    {
        if (size is < 8 or > 4096)
        {
            throw RefusalException.Impossible("size", "size is from 8 to 4096.");
        }

        var picture = await PatientlyAsync(lifetime, make, cancel);
        var bytes = size is { } longest ? Thumbnail.Of(picture, longest) : picture.Bytes;
        http.Response.Headers.CacheControl = ForEver;
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes.Span))}\"");
        return Results.Bytes(bytes, picture.MediaType, entityTag: tag);
    }

    /// <summary>Waits for pictures, but not for ever.</summary>
    /// <exception cref="RefusalException">They take too long; asked for again they may be there.</exception>
    public static async Task<T> PatientlyAsync<T>(IHostApplicationLifetime lifetime, Func<CancellationToken, Task<T>> make, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel, lifetime.ApplicationStopping);
        patience.CancelAfter(Patience);
        try
        {
            return await make(patience.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new RefusalException(503, "The picture is still being made.");
        }
    }

    private static async Task<IResult> ImageAsync(string id, HttpContext http, Finder finder, IHostApplicationLifetime lifetime, int? size, CancellationToken cancel)
    {
        var (_, session) = await finder.CandidateAsync(http.User, id, cancel);
        return await PictureAsync(http, lifetime, size, async patience => await session.PictureAsync(id, patience) ?? throw RefusalException.Unknown("picture of candidate", id), cancel);
    }

    private static async Task<IResult> GlimpseAsync(string id, HttpContext http, Finder finder, CancellationToken cancel)
    {
        var (_, session) = await finder.CandidateAsync(http.User, id, cancel);
        var glimpse = await session.GlimpseAsync(id, cancel) ?? throw RefusalException.Unknown("glimpse of candidate", id);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Bytes(glimpse.Bytes, glimpse.MediaType);
    }

    private static async Task<IResult> PointAsync(string id, HttpContext http, Finder finder, CancellationToken cancel)
    {
        var (_, session) = await finder.CandidateAsync(http.User, id, cancel);
        var point = await session.PointAsync(id, cancel) ?? throw RefusalException.Unknown("candidate", id);
        http.Response.Headers.CacheControl = ForEver;
        http.Response.Headers.Vary = "Accept";
        if (WantsBytes(http.Request))
        {
            return Results.Bytes(StateJson.ToBytes(point), "application/octet-stream");
        }

        var config = (await session.CurrentAsync(cancel)).Config;
        return Results.Ok(new PointResource(id, point, config.RevealValues ? await session.ValueAsync(id, cancel) : null));
    }

    private static bool WantsBytes(HttpRequest request) =>
        request.GetTypedHeaders().Accept.OrderByDescending(type => type.Quality ?? 1).FirstOrDefault()?.MediaType == "application/octet-stream";
}
