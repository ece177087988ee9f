using System.Collections.Immutable;
using Ranking.Engine.Rendering;
using Ranking.Engine.Spaces;

namespace Ranking.Engine.Sessions;

/// <summary>Where a session stands.</summary>
public enum SessionStatus
{
    /// <summary>It takes judgements.</summary>
    Open,

    /// <summary>It waits for the researcher.</summary>
    Paused,

    /// <summary>It is over.</summary>
    Finished,

    /// <summary>It was given up.</summary>
    Abandoned,
}

/// <summary>A candidate of the present round, as judges see it.</summary>
/// <param name="Id">Its id, the same as long as its point is.</param>
/// <param name="Picture">The hash of its picture; null while it is made, or where the space makes none.</param>
public sealed record CandidateView(string Id, string? Picture)
{
    /// <summary>The number of the last small picture of what it is becoming, from 1; 0 where there is none.</summary>
    public int Glimpse { get; init; }
}

/// <summary>The incumbent after a round.</summary>
/// <param name="Round">The number of taught rounds, 0 for the start.</param>
/// <param name="CandidateId">The id under which point and picture are found.</param>
/// <param name="Picture">The hash of its picture; null while it is made, or where the space makes none.</param>
public sealed record BestView(int Round, string CandidateId, string? Picture);

/// <summary>The present round of a session: everything that a page or a program needs to judge.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Config">Its settings.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Version">Events so far: a later view has a higher or equal number.</param>
/// <param name="Round">The batch number, from 0, skipped batches included.</param>
/// <param name="Taught">Rounds that were judged and still count.</param>
/// <param name="BatchId">The batch; it changes whenever its candidates do.</param>
/// <param name="Query">What is asked.</param>
/// <param name="Shown">The order of presentation: position → candidate index.</param>
/// <param name="Candidates">The candidates, by candidate index.</param>
/// <param name="Progress">The finished share of the pictures, 0 to 1; 1 when all are there.</param>
/// <param name="RenderError">Why the pictures could not be made, in one sentence; null when all is well.</param>
/// <param name="Judgements">Judgements of this round so far.</param>
/// <param name="TotalJudgements">Judgements of the session that still count.</param>
/// <param name="Comparisons">Comparisons gained in all rounds that still count.</param>
/// <param name="Bests">The incumbent at the start and after each taught round.</param>
/// <param name="CanUndo">Whether there is a judgement to take back.</param>
/// <param name="Renders">Whether points have pictures, made here or awaited from another program, whatever the status.</param>
public sealed record RoundView(
    Guid SessionId, SessionConfig Config, SessionStatus Status, int Version, uint Round, int Taught, string BatchId, Query Query,
    ImmutableArray<int> Shown, ImmutableArray<CandidateView> Candidates, double Progress, string? RenderError,
    int Judgements, int TotalJudgements, int Comparisons, ImmutableArray<BestView> Bests, bool CanUndo, bool Renders)
{
    /// <summary>How well the pictures of earlier rounds were foreseen.</summary>
    public Foresight Foresight { get; init; }

    /// <summary>What the space says about how its points are shown.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Whether all pictures are there (or none are needed).</summary>
    public bool IsReady => Progress >= 1;
}

/// <summary>What making pictures ahead of the answer brought, since the session was last loaded.</summary>
/// <param name="Rounds">Rounds whose pictures had to be made after an answer, or were there already.</param>
/// <param name="Ready">Those of them whose pictures were all there when the answer came.</param>
/// <param name="SecondsSaved">Seconds of waiting that raters were spared.</param>
public readonly record struct Foresight(int Rounds, int Ready, double SecondsSaved);

/// <summary>Something that is done to a session. A closed set.</summary>
public abstract record SessionCommand
{
    /// <summary>Answers a batch.</summary>
    /// <param name="BatchId">The batch that was shown.</param>
    /// <param name="JudgementId">Made by the judge when the batch was shown: sending it twice counts once.</param>
    /// <param name="Rater">Who answers.</param>
    /// <param name="Judgement">The answer, in candidate indices.</param>
    /// <param name="DurationMs">Active time in milliseconds, 0 when unknown.</param>
    public sealed record Judge(string BatchId, Guid JudgementId, string Rater, Judgement Judgement, long DurationMs) : SessionCommand;

    /// <summary>Asks for another batch without teaching anything.</summary>
    public sealed record Skip(string BatchId, Guid JudgementId, string Rater, string Reason) : SessionCommand;

    /// <summary>Takes back the last judgement or skip.</summary>
    public sealed record Undo(string Rater) : SessionCommand;

    /// <summary>Stops judging for a while.</summary>
    public sealed record Pause : SessionCommand;

    /// <summary>Goes on after a pause.</summary>
    public sealed record Resume : SessionCommand;

    /// <summary>Ends the session: <c>"finished"</c> or <c>"abandoned"</c>.</summary>
    public sealed record Finish(string Reason) : SessionCommand;
}

/// <summary>What came of a command. A closed set.</summary>
public abstract record SubmitResult
{
    /// <summary>It was stored before this answer was given.</summary>
    /// <param name="JudgementId">The judgement, for judge and skip; else empty.</param>
    /// <param name="Round">The present batch number after it.</param>
    /// <param name="Status">The status after it.</param>
    /// <param name="NextBatchId">The open batch after it; null when the session is over.</param>
    /// <param name="Comparisons">Comparisons that this judgement gave.</param>
    public sealed record Accepted(Guid JudgementId, uint Round, SessionStatus Status, string? NextBatchId, int Comparisons) : SubmitResult;

    /// <summary>The batch is not open any more (or the session is not): nothing was stored.</summary>
    public sealed record Stale(string Why) : SubmitResult;

    /// <summary>The answer is not a possible one for this batch: nothing was stored.</summary>
    public sealed record Invalid(string Why) : SubmitResult;
}

/// <summary>A round that is over, or the present one, for history pages and exports.</summary>
/// <param name="Round">The batch number.</param>
/// <param name="BatchId">The batch.</param>
/// <param name="Query">What was asked.</param>
/// <param name="CandidateIds">The candidates, by candidate index.</param>
/// <param name="Judgements">The judgements that still count, in order.</param>
/// <param name="Skip">The skip that ended it, if one did.</param>
/// <param name="BestCandidateId">The incumbent after it.</param>
/// <param name="Distance">|x - x₀| / √d of the incumbent after it.</param>
/// <param name="Agreement">The cosine between this move of the incumbent and the move before; null without two moves.</param>
/// <param name="Value">The known value of the incumbent after it; null where only people can tell.</param>
/// <param name="Comparisons">Comparisons it gave.</param>
public sealed record RoundRecord(
    uint Round, string BatchId, Query Query, ImmutableArray<string> CandidateIds, ImmutableArray<SessionEvent.Judged> Judgements,
    SessionEvent.Skipped? Skip, string BestCandidateId, double Distance, double? Agreement, double? Value, int Comparisons);

/// <summary>A point on the way from one candidate to another.</summary>
/// <param name="Share">The share of the way, 0 to 1.</param>
/// <param name="Point">Where it is.</param>
/// <param name="Picture">What it looks like; null where the space draws nothing.</param>
public sealed record PointBetween(double Share, double[] Point, Artifact? Picture);

/// <summary>A session's past.</summary>
/// <param name="Config">Its settings.</param>
/// <param name="Events">The whole log.</param>
/// <param name="Rounds">The rounds that still count, in order, without the present one.</param>
public sealed record SessionHistory(SessionConfig Config, ImmutableArray<SessionEvent> Events, ImmutableArray<RoundRecord> Rounds);

/// <summary>
/// One session, whoever is asking. Shaped so that it could live in another process: asynchronous methods only, and
/// records that survive a JSON round trip.
/// </summary>
public interface ISession
{
    /// <summary>The present round.</summary>
    Task<RoundView> CurrentAsync(CancellationToken cancel = default);

    /// <summary>Does something; when <see cref="SubmitResult.Accepted"/> comes back it is on disk.</summary>
    Task<SubmitResult> SendAsync(SessionCommand command, CancellationToken cancel = default);

    /// <summary>The present round now and after every change, until cancelled. Views may be skipped, the last one never.</summary>
    IAsyncEnumerable<RoundView> WatchAsync(CancellationToken cancel = default);

    /// <summary>The past.</summary>
    Task<SessionHistory> HistoryAsync(CancellationToken cancel = default);

    /// <summary>The point of a candidate or incumbent of this session; null when the id is unknown.</summary>
    Task<double[]?> PointAsync(string candidateId, CancellationToken cancel = default);

    /// <summary>The known value of a candidate; null when unknown.</summary>
    Task<double?> ValueAsync(string candidateId, CancellationToken cancel = default);

    /// <summary>The picture of a candidate or incumbent, made again if its file is missing; null where there is none.</summary>
    /// <exception cref="RenderException">It could not be made.</exception>
    Task<Artifact?> PictureAsync(string candidateId, CancellationToken cancel = default);

    /// <summary>
    /// What lies between two candidates or incumbents of this session, the ends included: on the arc where points are on a
    /// sphere, else on the line. Pictures come once all are made.
    /// </summary>
    /// <param name="from">Where it begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="shares">Shares of the way, 0 to 1; the ends are the two candidates' own points and pictures.</param>
    /// <param name="cancel">Stops waiting; what is being made goes on.</param>
    /// <returns>A point for each share, with its picture where the space draws; null when an id is unknown.</returns>
    /// <exception cref="RenderException">The pictures could not be made.</exception>
    Task<ImmutableArray<PointBetween>?> BetweenAsync(string from, string to, ImmutableArray<double> shares, CancellationToken cancel = default);

    /// <summary>A small picture of what a candidate of the present round is becoming, the newest there is; null where there is none.</summary>
    Task<Artifact?> GlimpseAsync(string candidateId, CancellationToken cancel = default);

    /// <summary>Takes the picture of a candidate or incumbent that another program made. The first one stays.</summary>
    /// <returns>The hash of the picture that stands; null when the id is unknown or no pictures are awaited.</returns>
    Task<string?> SupplyPictureAsync(string candidateId, Artifact picture, CancellationToken cancel = default);

    /// <summary>
    /// Makes the pictures that would come next if the present round were answered like this, while nobody waits for others.
    /// Only a hint: what is impossible or too late is passed over.
    /// </summary>
    /// <param name="batchId">The batch that is being ranked.</param>
    /// <param name="tiers">The order so far, in candidate indices.</param>
    /// <param name="cancel">Gives up.</param>
    Task AnticipateAsync(string batchId, ImmutableArray<ImmutableArray<int>> tiers, CancellationToken cancel = default);

    /// <summary>Makes missing pictures of the present round again, after <see cref="RoundView.RenderError"/>.</summary>
    Task RetryPicturesAsync(CancellationToken cancel = default);
}

/// <summary>All sessions.</summary>
public interface ISessions
{
    /// <summary>Starts a session; when it returns the session is on disk.</summary>
    /// <exception cref="SettingsException">The configuration is refused.</exception>
    Task<Guid> StartAsync(Guid studyId, SessionConfig config, CancellationToken cancel = default);

    /// <summary>The session with this id; null when there is none.</summary>
    Task<ISession?> FindAsync(Guid id, CancellationToken cancel = default);
}
