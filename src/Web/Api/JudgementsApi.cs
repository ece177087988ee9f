using System.Security.Claims;
using Ranking.Engine.Sessions;
using Ranking.Web.Auth;

namespace Ranking.Web.Api;

/// <summary>The loop of an oracle: ask for the open batch, judge it, take the last judgement back.</summary>
internal static class JudgementsApi
{
    private const int LongestWait = 60;

    /// <summary>Maps the loop.</summary>
    public static void MapJudgements(this RouteGroupBuilder api)
    {
        var sessions = api.MapGroup("/sessions/{id}").WithTags("Judging");
        sessions.MapGet("/batch", BatchAsync).RequireAuthorization(Scopes.Read)
            .WithName("getBatch").WithSummary("Gives the open batch, waiting up to `wait` seconds (0 to 60) until it can be judged; 204 when the session is over.")
            .Produces<BatchResource>().Produces(204).Refuses(404, 422);
        sessions.MapPost("/judgements", JudgeAsync).RequireAuthorization(Scopes.Oracle).Idempotent()
            .WithName("judge").WithSummary("Judges the open batch: by ranking, by values, by a verdict on all of it, or by a skip.")
            .Refuses(400, 404, 409, 413, 415, 422);
        sessions.MapPost("/undo", UndoAsync).RequireAuthorization(Scopes.Oracle).Idempotent()
            .WithName("undo").WithSummary("Takes the last judgement or skip back: the same batch is open again.").Refuses(404, 409);
    }

    private static async Task<IResult> BatchAsync(
        string id, ClaimsPrincipal user, Finder finder, IHostApplicationLifetime lifetime, int? wait, CancellationToken cancel)
    {
        if (wait is < 0 or > LongestWait)
        {
            throw RefusalException.Impossible("wait", $"wait is from 0 to {LongestWait} seconds.");
        }

        var (_, session) = await finder.SessionAsync(user, id, cancel);
        var view = await session.CurrentAsync(cancel);
        if (wait > 0 && !IsSettled(view))
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel, lifetime.ApplicationStopping);
            patience.CancelAfter(TimeSpan.FromSeconds(wait.Value));
            try
            {
                await foreach (var next in session.WatchAsync(patience.Token))
                {
                    view = next;
                    if (IsSettled(view))
                    {
                        break;
                    }
                }
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                // The time is over: what there is now is the answer.
            }
        }

        return SessionResource.IsOver(view) ? Results.NoContent() : Results.Ok(await BatchResource.OfAsync(view, session, cancel));
    }

    private static bool IsSettled(RoundView view) =>
        SessionResource.IsOver(view) || (view.Status == SessionStatus.Open && (view.IsReady || view.RenderError is not null));

    private static async Task<JudgementReceipt> JudgeAsync(
        string id, RequestBody<NewJudgement> body, HttpContext http, Finder finder, TimeProvider time, CancellationToken cancel)
    {
        var (row, session) = await finder.SessionAsync(http.User, id, cancel);
        var sent = body.Value;
        if (!CandidateIds.IsBatchOf(row.Id, sent.BatchId))
        {
            throw RefusalException.Impossible("batchId", "This session never had such a batch.");
        }

        var judgementId = Idempotency.IdFor(http, time);
        var rater = Label("rater", sent.Rater, 100) ?? http.User.Identity?.Name ?? "api";
        var reason = Label("reason", sent.Reason, 200) ?? "";
        if (sent.DurationMs < 0)
        {
            throw RefusalException.Impossible("durationMs", "durationMs is at least 0.");
        }

        var view = await session.CurrentAsync(cancel);
        SessionCommand command = JudgementReader.Read(sent, view) is { } judgement
            ? new SessionCommand.Judge(sent.BatchId, judgementId, rater, judgement, sent.DurationMs ?? 0)
            : new SessionCommand.Skip(sent.BatchId, judgementId, rater, reason);
        var accepted = SessionsApi.Accepted(await session.SendAsync(command, cancel));
        return new(accepted.JudgementId, accepted.Round, accepted.Status, accepted.NextBatchId, accepted.Comparisons);
    }

    private static async Task<SessionResource> UndoAsync(string id, ClaimsPrincipal user, Finder finder, CancellationToken cancel)
    {
        var (row, session) = await finder.SessionAsync(user, id, cancel);
        SessionsApi.Accepted(await session.SendAsync(new SessionCommand.Undo(user.Identity?.Name ?? "api"), cancel));
        return SessionResource.Of(row, await session.CurrentAsync(cancel));
    }

    private static string? Label(string member, string? text, int longest) => text?.Trim() switch
    {
        null or "" => null,
        { Length: var length } when length > longest => throw RefusalException.Impossible(member, $"{member} has {longest} characters at most."),
        var label => label,
    };
}
