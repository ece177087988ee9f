using System.Collections.Immutable;
using System.ComponentModel;
using System.Globalization;
using System.Security.Claims;
using Ranking.Engine.Sessions;
using Ranking.Web.Auth;
using ISession = Ranking.Engine.Sessions.ISession;

namespace Ranking.Web.Api;

/// <summary>A point on the way from one candidate to another.</summary>
internal sealed record InterpolatedPoint(
    [property: Description("The share of the way, 0 to 1.")] double Share,
    [property: Description("Its coordinates; left out above 4,096 of them.")] double[]? Point,
    [property: Description("Where its picture is; left out where the space draws none.")] string? ImageUrl);

/// <summary>The way from one candidate to another.</summary>
internal sealed record InterpolationResource(string From, string To, IReadOnlyList<InterpolatedPoint> Items);

/// <summary>What lies between two candidates of a session: a pure function of their ids, so nothing is created.</summary>
internal static class InterpolationsApi
{
    private const int Most = 33;

    /// <summary>Maps the interpolations.</summary>
    public static void MapInterpolations(this RouteGroupBuilder api)
    {
        var interpolations = api.MapGroup("/sessions/{id}/interpolations").WithTags("Sessions").RequireAuthorization(Scopes.Oracle);
        interpolations.MapGet("", GetAsync)
            .WithName("interpolate").WithSummary("Gives `count` points (2 to 33, default 7) on the way between two candidates or incumbents of a session, both included, once their pictures are made: on the arc where points are on a sphere, else on the line.")
            .Refuses(404, 422, 503);
        interpolations.MapGet("/image", ImageAsync)
            .WithName("getInterpolatedImage").WithSummary("Gives the picture at a share of the way between two candidates.")
            .Produces(200, contentType: "image/png").Produces(304).Refuses(404, 422, 503);
    }

    /// <summary>Where the picture at a share of the way is.</summary>
    public static string ImageUrl(Guid session, string from, string to, double share) =>
        string.Create(CultureInfo.InvariantCulture, $"/api/v1/sessions/{session}/interpolations/image?from={from}&to={to}&share={share:R}");

    /// <summary>Even shares of a way, its ends included.</summary>
    public static ImmutableArray<double> Shares(int count) => [.. Enumerable.Range(0, count).Select(i => (double)i / (count - 1))];

    private static async Task<InterpolationResource> GetAsync(
        string id, string from, string to, ClaimsPrincipal user, Finder finder, IHostApplicationLifetime lifetime, CancellationToken cancel, int count = 7)
    {
        if (count is < 2 or > Most)
        {
            throw RefusalException.Impossible("count", $"count is from 2 to {Most}.");
        }

        var (row, session) = await finder.SessionAsync(user, id, cancel);
        var points = await CandidatesApi.PatientlyAsync(lifetime, patience => PointsAsync(session, from, to, Shares(count), patience), cancel);
        return new(from, to, [.. points.Select(p => new InterpolatedPoint(
            p.Share, p.Point.Length <= BatchResource.LargestPoint ? p.Point : null, p.Picture is null ? null : ImageUrl(row.Id, from, to, p.Share)))]);
    }

    private static async Task<IResult> ImageAsync(
        string id, string from, string to, double share, HttpContext http, Finder finder, IHostApplicationLifetime lifetime, int? size, CancellationToken cancel)
    {
        if (share is not (>= 0 and <= 1))
        {
            throw RefusalException.Impossible("share", "share is from 0 to 1.");
        }

        var (_, session) = await finder.SessionAsync(http.User, id, cancel);
        return await CandidatesApi.PictureAsync(
            http, lifetime, size, async patience => (await PointsAsync(session, from, to, [share], patience))[0].Picture ?? throw RefusalException.Unknown("picture between", $"{from} and {to}"), cancel);
    }

    private static async Task<ImmutableArray<PointBetween>> PointsAsync(ISession session, string from, string to, ImmutableArray<double> shares, CancellationToken cancel) =>
        await session.BetweenAsync(from, to, shares, cancel) ?? throw new RefusalException(404, "from and to are candidates or incumbents of this session.");
}
