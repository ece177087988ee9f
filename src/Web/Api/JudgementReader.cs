using System.Collections.Immutable;
using Ranking.Engine;
using Ranking.Engine.Sessions;

namespace Ranking.Web.Api;

/// <summary>Turns a judgement in candidate ids into one in candidate indices.</summary>
internal static class JudgementReader
{
    /// <summary>The judgement that was sent; null for a skip.</summary>
    /// <param name="sent">What was sent.</param>
    /// <param name="view">The open batch, which need not be the one that is judged.</param>
    /// <exception cref="RefusalException">It is no possible answer to any batch of this session.</exception>
    public static Judgement? Read(NewJudgement sent, RoundView view)
    {
        var answers = (sent.Ranking is null ? 0 : 1) + (sent.Values is null ? 0 : 1) + (sent.Verdict is null ? 0 : 1) + (sent.Skip == true ? 1 : 0);
        if (answers != 1)
        {
            throw new RefusalException(422, "Exactly one of ranking, values, verdict and skip is needed.");
        }

        if (sent.Gradients is not null && sent.Values is null)
        {
            throw RefusalException.Impossible("gradients", "Gradients are sent beside values.");
        }

        return sent switch
        {
            { Ranking: { } tiers } => Ranking(tiers, sent.BatchId),
            { Values: { } values } => Values(values, sent.Gradients, sent.BatchId, view),
            { Verdict: { } verdict } => new Judgement.Overall(verdict),
            _ => null,
        };
    }

    private static Judgement.Ranking Ranking(string[][] tiers, string batchId)
    {
        if (tiers.Length == 0 || tiers.Any(tier => tier is null || tier.Length == 0))
        {
            throw RefusalException.Impossible("ranking", "A ranking has at least one tier, and a tier at least one candidate.");
        }

        var seen = new HashSet<int>();
        return new(
        [
            .. tiers.Select(tier => tier.Select(id => Index(id, batchId, "ranking") is var index && seen.Add(index)
                ? index
                : throw RefusalException.Impossible("ranking", $"Candidate {id} is there twice.")).ToImmutableArray()),
        ]);
    }

    private static Judgement Values(Dictionary<string, double> values, Dictionary<string, double[]>? gradients, string batchId, RoundView view)
    {
        // An older batch may have had another size; it is refused as stale whatever its values are.
        var isOpen = view.BatchId == batchId;
        var count = isOpen ? view.Candidates.Length : values.Count;
        var losses = Order(values, batchId, "values", count, isOpen);
        if (losses.Any(loss => !double.IsFinite(loss)))
        {
            throw RefusalException.Impossible("values", "Values must be finite numbers.");
        }

        if (gradients is null)
        {
            return new Judgement.Values([.. losses]);
        }

        var rows = Order(gradients, batchId, "gradients", count, isOpen);
        if (rows.Any(row => row is null || row.Length != rows[0].Length || row.Any(entry => !double.IsFinite(entry))))
        {
            throw RefusalException.Impossible("gradients", "Gradients are rows of finite numbers, as many as a point has.");
        }

        return new Judgement.Gradients([.. losses], [.. rows.SelectMany(row => row)]);
    }

    private static T[] Order<T>(Dictionary<string, T> named, string batchId, string member, int count, bool isOpen)
    {
        var ordered = new T[count];
        foreach (var (id, entry) in named)
        {
            var index = Index(id, batchId, member);
            if (index < count)
            {
                ordered[index] = entry;
            }
            else if (isOpen)
            {
                throw NotThere(id, member);
            }
        }

        return named.Count == count ? ordered : throw RefusalException.Impossible(member, $"Every one of the {count} candidates must be named.");
    }

    private static int Index(string? id, string batchId, string member) =>
        id is not null && CandidateIds.Index(id, batchId) is { } index ? index : throw NotThere(id, member);

    private static RefusalException NotThere(string? id, string member) => RefusalException.Impossible(member, $"Candidate {id} is not in this batch.");
}
