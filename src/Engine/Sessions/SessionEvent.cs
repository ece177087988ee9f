using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Ranking.Engine.Sessions;

/// <summary>What happened in a session: the log of these, in order, is the session. A closed set.</summary>
/// <param name="At">When, by the server's clock.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(Started), "started")]
[JsonDerivedType(typeof(Judged), "judged")]
[JsonDerivedType(typeof(Skipped), "skipped")]
[JsonDerivedType(typeof(Undone), "undone")]
[JsonDerivedType(typeof(Paused), "paused")]
[JsonDerivedType(typeof(Resumed), "resumed")]
[JsonDerivedType(typeof(Finished), "finished")]
public abstract record SessionEvent(DateTimeOffset At)
{
    /// <summary>The session began.</summary>
    public sealed record Started(SessionConfig Config, DateTimeOffset At) : SessionEvent(At);

    /// <summary>A judge answered.</summary>
    /// <param name="Round">The round that was answered.</param>
    /// <param name="JudgementId">The judge's id for this answer: the same id is counted once.</param>
    /// <param name="Rater">Who answered.</param>
    /// <param name="Judgement">The answer, in candidate indices.</param>
    /// <param name="Shown">The order of presentation: position → candidate.</param>
    /// <param name="Pictures">The pictures that were shown, by candidate: their hashes, empty where none.</param>
    /// <param name="DurationMs">Active time in milliseconds, 0 when unknown.</param>
    /// <param name="At">When it was accepted.</param>
    public sealed record Judged(
        uint Round, Guid JudgementId, string Rater, Judgement Judgement, ImmutableArray<int> Shown,
        ImmutableArray<string> Pictures, long DurationMs, DateTimeOffset At) : SessionEvent(At);

    /// <summary>A judge asked for other candidates; nothing was learnt.</summary>
    public sealed record Skipped(uint Round, Guid JudgementId, string Rater, string Reason, DateTimeOffset At) : SessionEvent(At);

    /// <summary>The last judgement or skip that still counted was taken back.</summary>
    public sealed record Undone(uint Round, string Rater, DateTimeOffset At) : SessionEvent(At);

    /// <summary>Judging was stopped for a while.</summary>
    public sealed record Paused(DateTimeOffset At) : SessionEvent(At);

    /// <summary>Judging goes on.</summary>
    public sealed record Resumed(DateTimeOffset At) : SessionEvent(At);

    /// <summary>The session ended: <c>"maxRounds"</c>, <c>"finished"</c> or <c>"abandoned"</c>.</summary>
    public sealed record Finished(string Reason, DateTimeOffset At) : SessionEvent(At);
}
