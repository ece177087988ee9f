using System.Collections.Immutable;
using System.ComponentModel;
using Ranking.Engine;
using Ranking.Engine.Sessions;
using ISession = Ranking.Engine.Sessions.ISession;

namespace Ranking.Web.Api;

/// <summary>Whether a batch can be judged.</summary>
internal enum BatchStatus
{
    /// <summary>All its pictures are there.</summary>
    Ready,

    /// <summary>Pictures are being made.</summary>
    Rendering,

    /// <summary>Pictures could not be made.</summary>
    Failed,

    /// <summary>The session is paused.</summary>
    Paused,
}

/// <summary>The open batch of a session.</summary>
internal sealed record BatchResource(
    string Id, Guid SessionId, uint Round, Stage Stage, int RankTop, string Feedback, BatchStatus Status, double Progress, string? Error,
    IReadOnlyList<CandidateResource> Candidates)
{
    /// <summary>The longest points that are sent along.</summary>
    public const int LargestPoint = 4096;

    /// <summary>The resource of an open batch.</summary>
    public static async Task<BatchResource> OfAsync(RoundView view, ISession session, CancellationToken cancel)
    {
        var renders = view.HasPictures();
        var candidates = new List<CandidateResource>(view.Shown.Length);
        var sendsPoints = true;
        foreach (var index in view.Shown)
        {
            var id = view.Candidates[index].Id;
            var point = sendsPoints ? await session.PointAsync(id, cancel) : null;
            sendsPoints = point is { Length: <= LargestPoint };
            candidates.Add(new(id, candidates.Count, sendsPoints ? point : null, renders ? CandidateIds.ImageUrl(id) : null));
        }

        var status = view.Status == SessionStatus.Paused ? BatchStatus.Paused
            : view.RenderError is not null ? BatchStatus.Failed
            : view.IsReady ? BatchStatus.Ready
            : BatchStatus.Rendering;
        return new(
            view.BatchId, view.SessionId, view.Round, view.Query.Stage, view.Query.RankTop, CatalogApi.Words(view.Query.Wants)[^1], status, view.Progress,
            view.RenderError, candidates);
    }
}

/// <summary>A candidate of a batch.</summary>
internal sealed record CandidateResource(
    string Id,
    [property: Description("Its place in the order of presentation, from 0.")] int Position,
    [property: Description("Its coordinates; left out above 4,096 of them.")] double[]? Point,
    [property: Description("Where its picture is; null where the space makes none.")] string? ImageUrl);

/// <summary>The incumbent.</summary>
internal sealed record BestResource(string CandidateId, int Round, double[]? Point, string? ImageUrl, double? Value);

/// <summary>A candidate's point.</summary>
internal sealed record PointResource(string CandidateId, double[] Point, double? Value);

/// <summary>What is sent to judge a batch: exactly one of ranking, values, verdict and skip.</summary>
internal sealed record NewJudgement
{
    /// <summary>The batch.</summary>
    public required string BatchId { get; init; }

    /// <summary>Tiers of candidates.</summary>
    [Description("Tiers of candidate ids, best first; ids in one tier tie; candidates not listed are tied below all listed ones.")]
    public string[][]? Ranking { get; init; }

    /// <summary>One value per candidate.</summary>
    [Description("One finite number for every candidate id; lower is better.")]
    public Dictionary<string, double>? Values { get; init; }

    /// <summary>One gradient per candidate.</summary>
    [Description("Beside values, for optimisers that learn from gradients: one row for every candidate id.")]
    public Dictionary<string, double[]>? Gradients { get; init; }

    /// <summary>An answer about the batch as a whole.</summary>
    [Description("An answer about the batch as a whole.")]
    public Verdict? Verdict { get; init; }

    /// <summary>Asks for another batch.</summary>
    [Description("True asks for another batch without teaching the optimiser.")]
    public bool? Skip { get; init; }

    /// <summary>Why it is skipped.</summary>
    [Description("Why the batch is skipped, at most 200 characters.")]
    public string? Reason { get; init; }

    /// <summary>Who judges.</summary>
    [Description("A label for who judges, at most 100 characters; default the name of the key.")]
    public string? Rater { get; init; }

    /// <summary>Active time.</summary>
    [Description("Active time in milliseconds.")]
    public long? DurationMs { get; init; }
}

/// <summary>What came of a judgement.</summary>
internal sealed record JudgementReceipt(Guid JudgementId, uint Round, SessionStatus Status, string? NextBatchId, int Comparisons);

/// <summary>A round that is over.</summary>
internal sealed record RoundResource(
    uint Round, string BatchId, Stage Stage, int RankTop, IReadOnlyList<string> Candidates, IReadOnlyList<JudgementResource> Judgements, bool Skipped,
    string BestCandidateId, double Distance, double? Value, int Comparisons)
{
    /// <summary>The resource of a round.</summary>
    public static RoundResource Of(RoundRecord round, bool revealValues) => new(
        round.Round, round.BatchId, round.Query.Stage, round.Query.RankTop, round.CandidateIds,
        [.. round.Judgements.Select(judged => JudgementResource.Of(judged, round.CandidateIds))], round.Skip is not null, round.BestCandidateId,
        round.Distance, revealValues ? round.Value : null, round.Comparisons);
}

/// <summary>A judgement of a round that is over.</summary>
internal sealed record JudgementResource(
    Guid JudgementId, string Rater, string[][]? Ranking, Dictionary<string, double>? Values, Verdict? Verdict, IReadOnlyList<string> Shown,
    long DurationMs, DateTimeOffset At)
{
    /// <summary>The resource of a judgement.</summary>
    public static JudgementResource Of(SessionEvent.Judged judged, ImmutableArray<string> ids)
    {
        var losses = judged.Judgement switch
        {
            Judgement.Values values => values.Losses,
            Judgement.Gradients gradients => gradients.Losses,
            _ => default,
        };
        return new(
            judged.JudgementId,
            judged.Rater,
            judged.Judgement is Judgement.Ranking ranking ? [.. ranking.Tiers.Select(tier => tier.Select(candidate => ids[candidate]).ToArray())] : null,
            losses.IsDefault ? null : losses.Select((loss, candidate) => (ids[candidate], loss)).ToDictionary(),
            (judged.Judgement as Judgement.Overall)?.Verdict,
            [.. judged.Shown.Select(candidate => ids[candidate])],
            judged.DurationMs,
            judged.At);
    }
}
