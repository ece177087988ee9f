using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;

namespace Ranking.Engine.Sessions;

/// <summary>A round that is over.</summary>
/// <param name="Digest">What its batch stands for: settings and everything that was judged before.</param>
/// <param name="Judgements">What was said of it, in order.</param>
/// <param name="Skip">The skip that ended it, if one did: then the judgements taught nothing.</param>
internal sealed record LoggedRound(ImmutableArray<byte> Digest, ImmutableArray<SessionEvent.Judged> Judgements, SessionEvent.Skipped? Skip);

/// <summary>
/// What can be told of a session from its events alone, without an optimiser: its status, the rounds that still count,
/// and the key of the batch that is open. Never changed in place; every earlier form stays at hand.
/// </summary>
internal sealed record SessionLog
{
    private SessionLog(SessionEvent last) => Last = last;

    /// <summary>The last event.</summary>
    public SessionEvent Last { get; private init; }

    /// <summary>How many events there are.</summary>
    public int Version { get; private init; } = 1;

    public required SessionConfig Config { get; init; }

    public SessionStatus Status { get; private init; }

    /// <summary>The rounds that still count, skipped ones included.</summary>
    public ImmutableList<LoggedRound> Rounds { get; private init; } = [];

    /// <summary>The judgements of the open round.</summary>
    public ImmutableArray<SessionEvent.Judged> Pending { get; private init; } = [];

    /// <summary>What the open batch stands for.</summary>
    public required ImmutableArray<byte> Digest { get; init; }

    public int Taught { get; private init; }

    public int Judgements { get; private init; }

    public int Comparisons { get; private init; }

    public SessionSummary Summary => new(Status, Taught, Judgements, Comparisons);

    public string BatchKey => KeyOf(Digest);

    private SessionLog? Before { get; init; }

    private ImmutableDictionary<Guid, int> Answers { get; init; } = ImmutableDictionary<Guid, int>.Empty;

    private ImmutableDictionary<string, int> Batches { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>The log of these events.</summary>
    /// <exception cref="StorageException">It does not begin with a start.</exception>
    public static SessionLog Of(IEnumerable<SessionEvent> events)
    {
        SessionLog? log = null;
        foreach (var @event in events)
        {
            log = log?.Then(@event) ?? Begin(@event as SessionEvent.Started ?? throw new StorageException("A stored session does not begin with its start."));
        }

        return log ?? throw new StorageException("A stored session has no events.");
    }

    /// <summary>The log after one more event. Events are facts: this cannot fail.</summary>
    public SessionLog Then(SessionEvent @event)
    {
        var next = @event switch
        {
            SessionEvent.Judged judged => Add(judged),
            SessionEvent.Skipped skipped => Close(skipped, []) with
            {
                Judgements = Judgements - Pending.Length,
                Comparisons = Comparisons - Pending.Sum(ComparisonsOf),
                Answers = Answers.SetItem(skipped.JudgementId, Version + 1),
            },
            SessionEvent.Undone => TakeBack() with { Status = SessionStatus.Open },
            SessionEvent.Paused => this with { Status = SessionStatus.Paused },
            SessionEvent.Resumed => this with { Status = SessionStatus.Open },
            SessionEvent.Finished finished => this with { Status = finished.Reason == SessionMachine.Abandoned ? SessionStatus.Abandoned : SessionStatus.Finished },
            _ => this,
        };
        return next with
        {
            Last = @event,
            Before = this,
            Version = Version + 1,
            Batches = Batches.ContainsKey(next.BatchKey) ? Batches : Batches.Add(next.BatchKey, Version + 1),
        };
    }

    /// <summary>All events, in order.</summary>
    public ImmutableArray<SessionEvent> Events()
    {
        var events = new SessionEvent[Version];
        for (var log = this; log is not null; log = log.Before)
        {
            events[log.Version - 1] = log.Last;
        }

        return [.. events];
    }

    /// <summary>The log as it was after that many events; null when there never were so many.</summary>
    public SessionLog? At(int version)
    {
        var log = version <= Version ? this : null;
        while (log is not null && log.Version > version)
        {
            log = log.Before;
        }

        return log;
    }

    /// <summary>The log as it was when this batch was open for the first time; null when it never was.</summary>
    public SessionLog? When(string batchKey) =>
        batchKey == BatchKey ? this : Batches.TryGetValue(batchKey, out var version) ? At(version) : null;

    /// <summary>The log right after the judgement or skip with this id; null when there is none.</summary>
    public SessionLog? After(Guid judgementId) => Answers.TryGetValue(judgementId, out var version) ? At(version) : null;

    /// <summary>Whether the judgement or skip with this id was not taken back.</summary>
    public bool StillCounts(Guid judgementId) =>
        Pending.Any(j => j.JudgementId == judgementId)
        || Rounds.Any(r => r.Skip?.JudgementId == judgementId || r.Judgements.Any(j => j.JudgementId == judgementId));

    /// <summary>The key of the batch of round <paramref name="round"/>.</summary>
    public string KeyAt(int round) => KeyOf(round < Rounds.Count ? Rounds[round].Digest : Digest);

    /// <summary>The batch keys at the start and after each taught round, by which incumbents are named.</summary>
    public IEnumerable<string> BestKeys() =>
        Rounds.Select((round, i) => round.Skip is null ? KeyAt(i + 1) : null).OfType<string>().Prepend(KeyAt(0));

    /// <summary>How many comparisons a judgement gives.</summary>
    public static int ComparisonsOf(SessionEvent.Judged judged) => judged.Judgement switch
    {
        Judgement.Ranking ranking => Engine.Comparisons.CountOf(ranking, judged.Shown.Length),
        Judgement.Values values => Engine.Comparisons.CountOf(values.ToRanking(), judged.Shown.Length),
        Judgement.Gradients gradients => Engine.Comparisons.CountOf(new Judgement.Values(gradients.Losses).ToRanking(), judged.Shown.Length),
        _ => 0,
    };

    private static SessionLog Begin(SessionEvent.Started started)
    {
        ImmutableArray<byte> digest = [.. SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(started.Config, SessionJson.Options))];
        return new SessionLog(started)
        {
            Config = started.Config,
            Digest = digest,
            Batches = ImmutableDictionary<string, int>.Empty.Add(KeyOf(digest), 1),
        };
    }

    private static string KeyOf(ImmutableArray<byte> digest) => Convert.ToHexStringLower(digest.AsSpan(0, 8));

    private SessionLog Add(SessionEvent.Judged judged)
    {
        var added = this with
        {
            Pending = Pending.Add(judged),
            Judgements = Judgements + 1,
            Comparisons = Comparisons + ComparisonsOf(judged),
            Answers = Answers.SetItem(judged.JudgementId, Version + 1),
        };
        return added.Pending.Length < Config.JudgementsPerRound
            ? added
            : added.Close(null, added.Pending.Select(j => j.Judgement)) with { Taught = Taught + 1 };
    }

    // A chain: what was said of a batch, put after the digest of everything before. Who said it and when is left out,
    // since candidates do not depend on it.
    private SessionLog Close(SessionEvent.Skipped? skip, IEnumerable<Judgement> taught) => this with
    {
        Rounds = Rounds.Add(new LoggedRound(Digest, Pending, skip)),
        Pending = [],
        Digest = [.. SHA256.HashData([.. Digest, .. JsonSerializer.SerializeToUtf8Bytes(taught, SessionJson.Options)])],
    };

    private SessionLog TakeBack()
    {
        if (Pending.Length > 0)
        {
            return WithoutLast();
        }

        var round = Rounds[^1];
        var reopened = this with { Rounds = Rounds.RemoveAt(Rounds.Count - 1), Digest = round.Digest, Pending = round.Judgements };
        return round.Skip is null
            ? (reopened with { Taught = Taught - 1 }).WithoutLast()
            : reopened with
            {
                Judgements = Judgements + round.Judgements.Length,
                Comparisons = Comparisons + round.Judgements.Sum(ComparisonsOf),
            };
    }

    private SessionLog WithoutLast() => this with
    {
        Pending = Pending.RemoveAt(Pending.Length - 1),
        Judgements = Judgements - 1,
        Comparisons = Comparisons - ComparisonsOf(Pending[^1]),
    };
}
