using System.Collections.Immutable;
using Ranking.Engine.Spaces;

namespace Ranking.Engine.Sessions;

/// <summary>
/// The rules of a session as a fold over its events: no clock, no database, no threads. <see cref="Decide"/> changes
/// nothing and <see cref="Apply"/> cannot refuse, so that replaying can neither write nor fail half-way.
/// </summary>
public sealed class SessionMachine
{
    /// <summary>The reason of the end that comes by itself.</summary>
    public const string MaxRoundsReached = "maxRounds";

    /// <summary>The reason of an end that a person chose.</summary>
    public const string Ended = "finished";

    /// <summary>The reason of giving up.</summary>
    public const string Abandoned = "abandoned";

    private readonly Guid _id;
    private readonly IOptimizer _optimizer;
    private readonly IOpenSpace _space;
    private readonly Replay _replay;
    private readonly string? _refusal;
    private SessionLog _log;
    private IRun _run;
    private double[]? _points;

    private SessionMachine(Guid id, IOptimizer optimizer, IOpenSpace space, SessionLog log, string? refusal)
    {
        var start = new double[space.Dimension];
        space.Start(Noise.Philox(log.Config.Seed, Purpose.Begin, 0), start);
        (_id, _optimizer, _space, _log, _refusal) = (id, optimizer, space, log, refusal);
        Problem = new Problem(start, log.Config.Candidates, log.Config.RankTop, space.Geometry);
        _replay = new Replay(optimizer, Problem, log.Config);
        _run = null!;
    }

    /// <summary>Replays a session.</summary>
    /// <param name="id">The session.</param>
    /// <param name="optimizer">The optimiser that its configuration names.</param>
    /// <param name="space">The space that its configuration names, open.</param>
    /// <param name="events">The whole log.</param>
    /// <param name="snapshot">A state to go on from; ignored when it is of no use.</param>
    /// <param name="refusal">Why this session can only be looked at; null when it can go on.</param>
    public static SessionMachine Open(
        Guid id, IOptimizer optimizer, IOpenSpace space, ImmutableArray<SessionEvent> events, StoredSnapshot? snapshot = null, string? refusal = null)
    {
        ArgumentNullException.ThrowIfNull(space);
        var machine = new SessionMachine(id, optimizer, space, SessionLog.Of(events), refusal);
        if (snapshot is not null && machine._log.At(snapshot.Version) is { } then)
        {
            machine._replay.Keep(then.BatchKey, snapshot.Run);
        }

        machine._run = machine._replay.To(machine._log);
        return machine;
    }

    /// <summary>The problem that the optimiser was given.</summary>
    public Problem Problem { get; }

    /// <summary>Events so far.</summary>
    public int Version => _log.Version;

    /// <summary>What lists show.</summary>
    public SessionSummary Summary => _log.Summary;

    /// <summary>The log, for the session's past.</summary>
    internal SessionLog Log => _log;

    /// <summary>The candidates of the present round, row-major.</summary>
    public ReadOnlyMemory<double> Points
    {
        get
        {
            if (_points is null)
            {
                _points = new double[_run.Query.Count * Problem.Dimension];
                _run.Ask(new Batch(_points, _run.Query.Count, Problem.Dimension));
            }

            return _points;
        }
    }

    /// <summary>The incumbent.</summary>
    public ReadOnlySpan<double> Best => _run.Best;

    /// <summary>A run at the very beginning of the session.</summary>
    public IRun Start() => _replay.Start();

    /// <summary>The optimiser's state, as it may be kept.</summary>
    public StoredSnapshot Save() => new(Version, _run.Save());

    /// <summary>The candidates that would come next, row-major, if the present round were answered like this; empty where none would.</summary>
    public ReadOnlyMemory<double> After(Judgement judgement)
    {
        var config = _log.Config;
        if (_refusal is not null || _log.Status != SessionStatus.Open || _log.Pending.Length + 1 < config.JudgementsPerRound
            || _log.Taught + 1 >= config.MaxRounds || Answers.Refusal(judgement, _run.Query, Problem.Dimension) is not null)
        {
            return default;
        }

        var run = _optimizer.Restore(Problem, config.Optimizer.Settings, config.Seed, _run.Save());
        run.Tell([.. _log.Pending.Select(judged => judged.Judgement), judgement]);
        var points = new double[run.Query.Count * Problem.Dimension];
        run.Ask(new Batch(points, run.Query.Count, Problem.Dimension));
        return points;
    }

    /// <summary>Says what would follow from a command: the events to store, or why not. It changes nothing.</summary>
    /// <param name="command">What is to be done.</param>
    /// <param name="pictures">The pictures on show, by candidate; empty texts where none.</param>
    /// <param name="at">Now.</param>
    /// <returns>
    /// A refusal and no events, or events. A judgement that is known already has its first answer as the refusal.
    /// </returns>
    public (SubmitResult? Refusal, ImmutableArray<SessionEvent> Events) Decide(SessionCommand command, ImmutableArray<string> pictures, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (_refusal is not null)
        {
            return (new SubmitResult.Stale(_refusal), []);
        }

        var refusal = command switch
        {
            SessionCommand.Judge judge => Repeated(judge.JudgementId, judge) ?? NotOpen(judge.BatchId) ?? (SubmitResult?)Impossible(judge),
            SessionCommand.Skip skip => Repeated(skip.JudgementId, skip) ?? NotOpen(skip.BatchId) ?? (SubmitResult?)(skip.JudgementId == Guid.Empty ? NeedsId : null),
            SessionCommand.Undo => NotUndoable(),
            SessionCommand.Pause => _log.Status == SessionStatus.Open ? null : NotOpen(),
            SessionCommand.Resume => _log.Status == SessionStatus.Paused ? null : new SubmitResult.Stale("The session is not paused."),
            SessionCommand.Finish { Reason: not (Ended or Abandoned) } => new SubmitResult.Invalid($"A session ends as {Ended} or {Abandoned}."),
            _ => _log.Status is SessionStatus.Open or SessionStatus.Paused ? null : NotOpen(),
        };
        return refusal is null ? (null, Follow(command, pictures, at)) : (refusal, []);
    }

    /// <summary>Takes over what was stored.</summary>
    public void Apply(SessionEvent @event)
    {
        var (before, rounds) = (_log.BatchKey, _log.Rounds.Count);
        _log = _log.Then(@event);
        if (_log.Rounds.Count > rounds)
        {
            Replay.Teach(_run, _log.Rounds[^1]);
            _replay.Pass(_log.BatchKey, _run);
        }
        else if (_log.Rounds.Count < rounds)
        {
            _run = _replay.To(_log);
        }

        if (_log.BatchKey != before)
        {
            _points = null;
        }
    }

    /// <summary>The answer to a command whose events were applied last.</summary>
    public SubmitResult Accepted(SessionCommand command) => command switch
    {
        SessionCommand.Judge judge => AnswerTo(judge.JudgementId),
        SessionCommand.Skip skip => AnswerTo(skip.JudgementId),
        _ => Answer(Guid.Empty, _log),
    };

    /// <summary>The present round. Pictures are not known here: they are filled in by who has them.</summary>
    public RoundView View()
    {
        var query = _run.Query;
        return new RoundView(
            _id, _log.Config, _log.Status, _log.Version, _run.Round, _log.Taught, CandidateId.OfBatch(_id, _log.BatchKey), query,
            Presentation.Order(query, _log.Config.Seed, _run.Round),
            [.. Enumerable.Range(0, query.Count).Select(i => new CandidateView(new CandidateId(_id, _log.BatchKey, i).ToString(), null))],
            IsShown ? 0 : 1, null, _log.Pending.Length, _log.Judgements, _log.Comparisons,
            [.. _log.BestKeys().Select((key, i) => new BestView(i, new CandidateId(_id, key, null).ToString(), null))],
            _refusal is null && NotUndoable() is null, _space.Renders || _space.AwaitsPictures);
    }

    /// <summary>The point with this name; null when this session never had it.</summary>
    public double[]? Point(CandidateId id)
    {
        if (id.Session != _id || _log.When(id.BatchKey) is not { } log)
        {
            return null;
        }

        var run = ReferenceEquals(log, _log) ? _run : _replay.To(log);
        if (id.Index is not { } index)
        {
            return run.Best.ToArray();
        }

        var count = run.Query.Count;
        if (index >= count)
        {
            return null;
        }

        if (ReferenceEquals(run, _run))
        {
            return Points.Span.Slice(index * Problem.Dimension, Problem.Dimension).ToArray();
        }

        var points = new double[count * Problem.Dimension];
        run.Ask(new Batch(points, count, Problem.Dimension));
        return points.AsSpan(index * Problem.Dimension, Problem.Dimension).ToArray();
    }

    private static SubmitResult.Invalid NeedsId => new("A judgement needs an id.");

    private bool IsShown => (_space.Renders || _space.AwaitsPictures) && _log.Status is SessionStatus.Open or SessionStatus.Paused;

    private ImmutableArray<SessionEvent> Follow(SessionCommand command, ImmutableArray<string> pictures, DateTimeOffset at)
    {
        switch (command)
        {
            case SessionCommand.Judge judge:
                var shown = Presentation.Order(_run.Query, _log.Config.Seed, _run.Round);
                var judged = new SessionEvent.Judged(_run.Round, judge.JudgementId, judge.Rater, judge.Judgement, shown, pictures, judge.DurationMs, at);
                var isLast = _log.Pending.Length + 1 >= _log.Config.JudgementsPerRound && _log.Taught + 1 >= _log.Config.MaxRounds;
                return isLast ? [judged, new SessionEvent.Finished(MaxRoundsReached, at)] : [judged];
            case SessionCommand.Skip skip:
                return [new SessionEvent.Skipped(_run.Round, skip.JudgementId, skip.Rater, skip.Reason, at)];
            case SessionCommand.Undo undo:
                return [new SessionEvent.Undone(_log.Pending.Length > 0 ? _run.Round : _run.Round - 1, undo.Rater, at)];
            case SessionCommand.Pause:
                return [new SessionEvent.Paused(at)];
            case SessionCommand.Resume:
                return [new SessionEvent.Resumed(at)];
            default:
                return [new SessionEvent.Finished(((SessionCommand.Finish)command).Reason, at)];
        }
    }

    private SubmitResult? Repeated(Guid judgementId, SessionCommand command)
    {
        if (_log.After(judgementId) is not { } after)
        {
            return null;
        }

        var isSame = (after.Last, command) switch
        {
            (SessionEvent.Judged judged, SessionCommand.Judge judge) => SessionJson.AreSame(judged.Judgement, judge.Judgement),
            (SessionEvent.Skipped, SessionCommand.Skip) => true,
            _ => false,
        };
        return !isSame ? new SubmitResult.Invalid("This judgement id was used for another answer.")
            : !_log.StillCounts(judgementId) ? new SubmitResult.Stale("This answer was taken back: a new one needs a new id.")
            : AnswerTo(judgementId);
    }

    private SubmitResult.Stale? NotOpen(string? batchId = null) => _log.Status switch
    {
        SessionStatus.Paused => new("The session is paused."),
        SessionStatus.Finished => new("The session is finished."),
        SessionStatus.Abandoned => new("The session was given up."),
        _ => batchId is null || batchId == CandidateId.OfBatch(_id, _log.BatchKey) ? null : new("This batch is not open any more: it was answered already."),
    };

    private SubmitResult.Stale? NotUndoable() =>
        _log.Pending.IsEmpty && _log.Rounds.IsEmpty ? new("There is nothing to take back.")
        : _log.Status is SessionStatus.Open or SessionStatus.Finished ? null
        : NotOpen();

    private SubmitResult.Invalid? Impossible(SessionCommand.Judge judge) =>
        judge.JudgementId == Guid.Empty ? NeedsId
        : judge.DurationMs < 0 ? new("A duration cannot be negative.")
        : Answers.Refusal(judge.Judgement, _run.Query, Problem.Dimension) is { } why ? new(why)
        : null;

    // The end that a last judgement brings about belongs to its answer.
    private SubmitResult.Accepted AnswerTo(Guid judgementId)
    {
        var after = _log.After(judgementId)!;
        var comparisons = after.Last is SessionEvent.Judged judged ? SessionLog.ComparisonsOf(judged) : 0;
        var end = _log.At(after.Version + 1);
        return Answer(judgementId, end?.Last is SessionEvent.Finished { Reason: MaxRoundsReached } ? end : after) with { Comparisons = comparisons };
    }

    private SubmitResult.Accepted Answer(Guid judgementId, SessionLog after) => new(
        judgementId,
        (uint)after.Rounds.Count,
        after.Status,
        after.Status is SessionStatus.Open or SessionStatus.Paused ? CandidateId.OfBatch(_id, after.BatchKey) : null,
        0);
}
