using System.Collections.Immutable;
using Ranking.Engine;
using Ranking.Engine.Sessions;
using ISession = Ranking.Engine.Sessions.ISession;

namespace Ranking.Web.Rate;

/// <summary>
/// What one window of the ranking page shows, and when it goes to the next round: at once when it asked for it, never
/// under the hands of somebody who has a draft. Not thread-safe: called from one circuit's dispatcher.
/// </summary>
public sealed class RoundFlow
{
    /// <summary>Pictures that are made faster than this show no waiting page.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(400);

    private readonly ISession _session;
    private readonly string _rater;
    private readonly TimeProvider _time;
    private RoundView? _next;
    private bool _sending;

    /// <summary>Starts with a view.</summary>
    /// <param name="session">The session.</param>
    /// <param name="rater">Who answers.</param>
    /// <param name="view">Its present round.</param>
    /// <param name="time">The clock.</param>
    public RoundFlow(ISession session, string rater, RoundView view, TimeProvider time)
    {
        _session = session;
        _rater = rater;
        _time = time;
        View = view;
    }

    /// <summary>The round that is shown.</summary>
    public RoundView View { get; private set; }

    /// <summary>The last answer of this window; null after an undo.</summary>
    public Receipt? Last { get; private set; }

    /// <summary>The round that was answered elsewhere under a draft of this window; null when there is none.</summary>
    public StaleRound? Stale { get; private set; }

    /// <summary>The order to place again after an undo, as tiers of candidate indices.</summary>
    public ImmutableArray<ImmutableArray<int>>? Restored { get; private set; }

    /// <summary>Whether this rater has answered the present batch and others have not.</summary>
    public bool Answered { get; private set; }

    /// <summary>The draft as tiers of candidate indices, as the browser last told.</summary>
    public int[][] Draft { get; set; } = [];

    /// <summary>Raised after each change, on the caller's thread.</summary>
    public event Action? Changed;

    /// <summary>What to show.</summary>
    public Phase Phase =>
        View.Status is SessionStatus.Finished or SessionStatus.Abandoned ? Phase.Finished
        : View.Status == SessionStatus.Paused ? Phase.Paused
        : Answered ? Phase.Others
        : View.RenderError is not null ? Phase.Failed
        : View.Query.Stage == Stage.LineSearch ? Phase.Line
        : View.IsReady ? Phase.Ranking
        : Phase.Waiting;

    /// <summary>Takes a pushed view.</summary>
    public async Task ReceiveAsync(RoundView view, CancellationToken cancel = default)
    {
        if (view.Version < View.Version)
        {
            return;
        }

        if (view.BatchId == View.BatchId && _next is null)
        {
            View = view;
        }
        else if (_sending || Stale is not null)
        {
            _next = view;
        }
        else if (Draft.Length > 0 && view.Version > View.Version)
        {
            var own = Tiers(View, Draft);
            _next = view;
            var counted = (await _session.HistoryAsync(cancel)).Rounds.LastOrDefault(r => r.BatchId == View.BatchId)?.Judgements.LastOrDefault()?.Judgement;
            Stale = new StaleRound(View.Taught + 1, Tiers(View, counted), Said(counted), own);
        }
        else
        {
            Show(view);
        }

        Changed?.Invoke();
    }

    /// <summary>Leaves the stale round for the present one.</summary>
    public void LeaveStale()
    {
        Stale = null;
        if (_next is { } next)
        {
            Show(next);
        }

        Changed?.Invoke();
    }

    /// <summary>Stores an answer and goes to the next round.</summary>
    public async Task<AnswerReply> AnswerAsync(AnswerMessage message, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.ToCommand(_rater) is not { } command)
        {
            return new AnswerReply("invalid", "This answer could not be read.");
        }

        var answered = View;
        _sending = true;
        try
        {
            switch (await _session.SendAsync(command, cancel))
            {
                case SubmitResult.Accepted accepted:
                    var judgement = (command as SessionCommand.Judge)?.Judgement;
                    if (answered.BatchId == message.BatchId)
                    {
                        Last = new Receipt(
                            answered.Taught + 1, Words.Receipt(answered.Taught + 1, accepted.JudgementId), accepted.Comparisons,
                            judgement is null ? "Skipped" : Said(judgement), Tiers(answered, judgement));
                    }

                    Draft = [];
                    Answered = accepted.NextBatchId == answered.BatchId;
                    await GoOnAsync(cancel);
                    return new AnswerReply("accepted", Spoken(answered, accepted, judgement));
                case SubmitResult.Stale stale:
                    _sending = false;
                    await ReceiveAsync(await _session.CurrentAsync(cancel), cancel);
                    return new AnswerReply("stale", stale.Why);
                case SubmitResult.Invalid invalid:
                    return new AnswerReply("invalid", invalid.Why);
                default:
                    return new AnswerReply("invalid", "");
            }
        }
        finally
        {
            _sending = false;
            Changed?.Invoke();
        }
    }

    /// <summary>Takes back the last answer; its pictures come back with the old order placed.</summary>
    public async Task<AnswerReply> UndoAsync(CancellationToken cancel = default)
    {
        _sending = true;
        try
        {
            var old = LastCounted((await _session.HistoryAsync(cancel)).Events);
            switch (await _session.SendAsync(new SessionCommand.Undo(_rater), cancel))
            {
                case SubmitResult.Stale stale:
                    return new AnswerReply("stale", stale.Why);
                case SubmitResult.Invalid invalid:
                    return new AnswerReply("invalid", invalid.Why);
            }

            Last = null;
            Stale = null;
            Draft = [];
            Answered = false;
            Show(await _session.CurrentAsync(cancel));
            Restored = (old as Judgement.Ranking)?.Tiers;
            return new AnswerReply("accepted", $"Round {View.Taught + 1} is open again, with your answer.");
        }
        finally
        {
            _sending = false;
            Changed?.Invoke();
        }
    }

    /// <summary>Says that this rater answered the present batch before the page was opened.</summary>
    public void MarkAnswered() => Answered = true;

    private static Judgement? LastCounted(ImmutableArray<SessionEvent> events)
    {
        var answers = new Stack<Judgement?>();
        foreach (var happened in events)
        {
            switch (happened)
            {
                case SessionEvent.Judged judged:
                    answers.Push(judged.Judgement);
                    break;
                case SessionEvent.Skipped:
                    answers.Push(null);
                    break;
                case SessionEvent.Undone:
                    answers.TryPop(out _);
                    break;
            }
        }

        return answers.TryPeek(out var last) ? last : null;
    }

    private static ImmutableArray<ImmutableArray<CandidateView>> Tiers(RoundView view, Judgement? judgement) =>
        judgement is Judgement.Ranking ranking ? Tiers(view, ranking.Tiers.Select(tier => tier.AsEnumerable())) : [];

    private static ImmutableArray<ImmutableArray<CandidateView>> Tiers(RoundView view, IEnumerable<IEnumerable<int>> tiers) =>
        [.. tiers.Select(tier => tier.Where(c => c >= 0 && c < view.Candidates.Length).Select(c => view.Candidates[c]).ToImmutableArray())];

    private static string Said(Judgement? judgement) => judgement switch
    {
        Judgement.Ranking => "",
        Judgement.Overall { Verdict: Verdict.NoneBetter } => "None is better",
        Judgement.Overall { Verdict: Verdict.AllAlike } => "All alike",
        Judgement.Overall => "All broken",
        null => "Skipped or taken back",
        _ => "Values",
    };

    private static string Spoken(RoundView answered, SubmitResult.Accepted accepted, Judgement? judgement)
    {
        var counted = judgement is null ? "Skipped." : $"Round {answered.Taught + 1} counted, {Words.Count(accepted.Comparisons, "comparison", "comparisons")}.";
        return accepted.NextBatchId is null ? counted
            : accepted.NextBatchId == answered.BatchId ? $"{counted} Other raters have not answered yet."
            : $"{counted} Making the next {Words.Number(answered.Query.Count)} pictures.";
    }

    // After an answer of this window: a waiting page only when the pictures take longer than the patience.
    private async Task GoOnAsync(CancellationToken cancel)
    {
        var view = await _session.CurrentAsync(cancel);
        if (view.BatchId != View.BatchId && !view.IsReady && view.RenderError is null && view.Status == SessionStatus.Open)
        {
            var start = _time.GetTimestamp();
            while (!view.IsReady && view.RenderError is null && _time.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(40), _time, cancel);
                view = _next is { } pushed && pushed.Version >= view.Version && pushed.BatchId != View.BatchId ? pushed : view;
            }
        }

        Show(_next is { } next && next.Version >= view.Version ? next : view);
    }

    private void Show(RoundView view)
    {
        _next = null;
        if (view.BatchId != View.BatchId)
        {
            Draft = [];
            Restored = null;
            Answered = false;
        }

        View = view;
    }
}
