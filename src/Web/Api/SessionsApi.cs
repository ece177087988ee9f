using System.Security.Claims;
using Ranking.Engine.Sessions;
using Ranking.Web.Auth;

namespace Ranking.Web.Api;

/// <summary>Sessions: starting, following, pausing, ending and forking them.</summary>
internal static class SessionsApi
{
    /// <summary>Maps the sessions.</summary>
    public static void MapSessions(this RouteGroupBuilder api)
    {
        var studies = api.MapGroup("/studies/{id}/sessions").WithTags("Sessions");
        studies.MapPost("", StartAsync).RequireAuthorization(Scopes.Oracle).Idempotent()
            .WithName("startSession").WithSummary("Starts a session of a study.")
            .Produces<SessionResource>(201).Refuses(400, 404, 409, 413, 415, 422);
        studies.MapGet("", ListAsync).RequireAuthorization(Scopes.Read)
            .WithName("listSessions").WithSummary("Lists the sessions of a study, newest first.").Refuses(404, 422);

        var sessions = api.MapGroup("/sessions/{id}").WithTags("Sessions");
        sessions.MapGet("", GetAsync).RequireAuthorization(Scopes.Read)
            .WithName("getSession").WithSummary("Gives a session.").Refuses(404);
        sessions.MapPatch("", ChangeAsync).RequireAuthorization(Scopes.Admin)
            .WithName("changeSession").WithSummary("Pauses a session, goes on with it, or ends it.").Refuses(400, 404, 409, 413, 415);
        sessions.MapPost("/fork", ForkAsync).RequireAuthorization(Scopes.Oracle).Idempotent()
            .WithName("forkSession").WithSummary("Starts a session with the same history up to a round.")
            .Produces<SessionResource>(201).Refuses(400, 404, 409, 413, 415, 422);
        sessions.MapGet("/history", HistoryAsync).RequireAuthorization(Scopes.Read)
            .WithName("listRounds").WithSummary("Lists the rounds that are over, oldest first, with candidates and judgements.").Refuses(404, 422);
        sessions.MapGet("/best", BestAsync).RequireAuthorization(Scopes.Read)
            .WithName("getBest").WithSummary("Gives the incumbent, after a number of judged rounds or now.").Refuses(404, 422);
    }

    private static async Task<IResult> StartAsync(
        string id, RequestBody<NewSession> body, ClaimsPrincipal user, Finder finder, Studies studies, CancellationToken cancel)
    {
        var study = await finder.StudyAsync(user, id, cancel);
        var session = await studies.StartSessionAsync(study.Id, body.Value.Seed, cancel) ?? throw RefusalException.Unknown("study", id);
        return await CreatedAsync(session, user, finder, cancel);
    }

    private static async Task<Page<SessionListed>> ListAsync(
        string id, ClaimsPrincipal user, Finder finder, Studies studies, int? limit, string? cursor, CancellationToken cancel)
    {
        var page = await studies.SessionsAsync((await finder.StudyAsync(user, id, cancel)).Id, Paging.Limit(limit), cursor, cancel);
        return new([.. page.Items.Select(SessionListed.Of)], page.Next);
    }

    private static async Task<SessionResource> GetAsync(string id, ClaimsPrincipal user, Finder finder, CancellationToken cancel)
    {
        var (row, session) = await finder.SessionAsync(user, id, cancel);
        return SessionResource.Of(row, await session.CurrentAsync(cancel));
    }

    private static async Task<SessionResource> ChangeAsync(string id, RequestBody<SessionPatch> body, ClaimsPrincipal user, Finder finder, CancellationToken cancel)
    {
        var (_, session) = await finder.SessionAsync(user, id, cancel);
        var status = (await session.CurrentAsync(cancel)).Status;
        if (status != body.Value.Status)
        {
            SessionCommand command = body.Value.Status switch
            {
                SessionStatus.Open => new SessionCommand.Resume(),
                SessionStatus.Paused => new SessionCommand.Pause(),
                SessionStatus.Finished => new SessionCommand.Finish("finished"),
                _ => new SessionCommand.Finish("abandoned"),
            };
            Accepted(await session.SendAsync(command, cancel));
        }

        return await GetAsync(id, user, finder, cancel);
    }

    private static async Task<IResult> ForkAsync(
        string id, RequestBody<NewFork> body, ClaimsPrincipal user, Finder finder, ISessions sessions, CancellationToken cancel)
    {
        var (row, session) = await finder.SessionAsync(user, id, cancel);
        var history = await session.HistoryAsync(cancel);
        if (body.Value.Round < 0 || body.Value.Round > history.Rounds.Length)
        {
            throw RefusalException.Impossible("round", $"round is from 0 to {history.Rounds.Length}.");
        }

        var fork = await sessions.StartAsync(row.StudyId, history.Config, cancel);
        var copy = await sessions.FindAsync(fork, cancel) ?? throw RefusalException.Unknown("session", fork.ToString());
        foreach (var round in history.Rounds.Take(body.Value.Round))
        {
            var batch = (await copy.CurrentAsync(cancel)).BatchId;
            foreach (var judged in round.Judgements)
            {
                Accepted(await copy.SendAsync(new SessionCommand.Judge(batch, Guid.CreateVersion7(), judged.Rater, judged.Judgement, judged.DurationMs), cancel));
            }

            if (round.Skip is { } skip)
            {
                Accepted(await copy.SendAsync(new SessionCommand.Skip(batch, Guid.CreateVersion7(), skip.Rater, skip.Reason), cancel));
            }
        }

        return await CreatedAsync(fork, user, finder, cancel);
    }

    private static async Task<Page<RoundResource>> HistoryAsync(
        string id, ClaimsPrincipal user, Finder finder, int? limit, string? cursor, CancellationToken cancel)
    {
        var (_, session) = await finder.SessionAsync(user, id, cancel);
        var history = await session.HistoryAsync(cancel);
        return Paging.Of(history.Rounds, limit, cursor, round => RoundResource.Of(round, history.Config.RevealValues));
    }

    private static async Task<BestResource> BestAsync(string id, ClaimsPrincipal user, Finder finder, int? round, CancellationToken cancel)
    {
        var (_, session) = await finder.SessionAsync(user, id, cancel);
        var view = await session.CurrentAsync(cancel);
        var best = round is null ? view.Bests[^1] : view.Bests.FirstOrDefault(b => b.Round == round)
            ?? throw RefusalException.Impossible("round", $"round is from 0 to {view.Taught}, the number of judged rounds.");
        var point = await session.PointAsync(best.CandidateId, cancel);
        return new(
            best.CandidateId, best.Round, point is { Length: <= BatchResource.LargestPoint } ? point : null,
            view.HasPictures() ? CandidateIds.ImageUrl(best.CandidateId) : null,
            view.Config.RevealValues ? await session.ValueAsync(best.CandidateId, cancel) : null);
    }

    /// <summary>What was accepted.</summary>
    /// <exception cref="RefusalException">It was refused.</exception>
    public static SubmitResult.Accepted Accepted(SubmitResult result) => result switch
    {
        SubmitResult.Accepted accepted => accepted,
        SubmitResult.Invalid invalid => throw new RefusalException(422, invalid.Why),
        SubmitResult.Stale stale => throw RefusalException.Conflict(stale.Why),
        _ => throw new InvalidOperationException("An unknown result."),
    };

    private static async Task<IResult> CreatedAsync(Guid id, ClaimsPrincipal user, Finder finder, CancellationToken cancel)
    {
        var (row, session) = await finder.SessionAsync(user, id.ToString(), cancel);
        return Results.Created($"/api/v1/sessions/{id}", SessionResource.Of(row, await session.CurrentAsync(cancel)));
    }
}
