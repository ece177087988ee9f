using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Ranking.Engine.Sessions;
using Ranking.Web.Auth;
using ISession = Ranking.Engine.Sessions.ISession;

namespace Ranking.Web.Api;

/// <summary>What happens in a session, as server-sent events.</summary>
internal static class EventsApi
{
    /// <summary>Maps the stream.</summary>
    public static void MapEvents(this RouteGroupBuilder api) => api.MapGet("/sessions/{id}/events", FollowAsync)
        .WithTags("Sessions").RequireAuthorization(Scopes.Read)
        .WithName("followSession").WithSummary(
            "Follows a session: progress, batchReady, judged, undone and finished, after which the stream ends. With Last-Event-ID "
            + "nothing judged since is left out (0: from the start); 204 when there is nothing more to come.")
        .Produces<string>(200, "text/event-stream").Produces(204).Refuses(404, 422);

    private static async Task<IResult> FollowAsync(
        string id, ClaimsPrincipal user, Finder finder, IHostApplicationLifetime lifetime, CancellationToken cancel,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId = null)
    {
        var (_, session) = await finder.SessionAsync(user, id, cancel);
        var place = lastEventId is null ? (Place?)null : Place.Parse(lastEventId)
            ?? throw RefusalException.Impossible("Last-Event-ID", "This is no id that the stream gave.");
        var view = await session.CurrentAsync(cancel);
        return SessionResource.IsOver(view) && place is { IsSettled: true } last && last.Version >= view.Version
            ? Results.NoContent()
            : TypedResults.ServerSentEvents(NewsAsync(session, place, lifetime, cancel));
    }

    private static async IAsyncEnumerable<SseItem<string>> NewsAsync(
        ISession session, Place? last, IHostApplicationLifetime lifetime, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, lifetime.ApplicationStopping);
        var place = last ?? new Place((await session.CurrentAsync(stop.Token)).Version, false);
        double? told = null;
        await foreach (var view in session.WatchAsync(stop.Token))
        {
            // Views may be left out when much happens at once; the log has it all.
            if (view.Version > place.Version)
            {
                foreach (var happened in (await session.HistoryAsync(stop.Token)).Events.Skip(place.Version))
                {
                    place = new(place.Version + 1, false);
                    if (Word(happened) is { } word)
                    {
                        yield return Item(word, place, Of(happened));
                    }
                }

                told = null;
            }

            if (view.Version < place.Version)
            {
                continue;
            }

            if (told != view.Progress)
            {
                told = view.Progress;
                yield return Item("progress", place, new { view.Round, judgedRounds = view.Taught, judgements = view.TotalJudgements, view.Config.MaxRounds, view.Status, pictures = view.Progress });
            }

            if (SessionResource.IsOver(view))
            {
                yield return Item("finished", new(place.Version, true), new { view.Status, view.Round, judgements = view.TotalJudgements, bestCandidateId = view.Bests[^1].CandidateId });
                yield break;
            }

            if (view.IsReady && view.Status == SessionStatus.Open && !place.IsSettled)
            {
                place = new(place.Version, true);
                yield return Item("batchReady", place, new { view.BatchId, view.Round, view.Query.Stage });
            }
        }
    }

    private static string? Word(SessionEvent happened) => happened switch
    {
        SessionEvent.Judged or SessionEvent.Skipped => "judged",
        SessionEvent.Undone => "undone",
        _ => null,
    };

    private static object Of(SessionEvent happened) => happened switch
    {
        SessionEvent.Judged judged => new { judged.JudgementId, judged.Round, judged.Rater, skipped = false, judged.At },
        SessionEvent.Skipped skipped => new { skipped.JudgementId, skipped.Round, skipped.Rater, skipped = true, skipped.At },
        SessionEvent.Undone undone => new { undone.Round, undone.Rater, undone.At },
        _ => new { happened.At },
    };

    private static SseItem<string> Item(string word, Place place, object news) =>
        new(JsonSerializer.Serialize(news, ApiJson.Options), word) { EventId = place.ToString() };

    // How much of a session was told: so many events of its log, and whether what they led to was told as well.
    private readonly record struct Place(int Version, bool IsSettled)
    {
        public static Place? Parse(string id)
        {
            var isSettled = id.EndsWith('+');
            return int.TryParse(isSettled ? id[..^1] : id, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? new(version, isSettled) : null;
        }

        public override string ToString() => Version.ToString(CultureInfo.InvariantCulture) + (IsSettled ? "+" : "");
    }
}
