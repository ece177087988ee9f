namespace Ranking.Engine;

/// <summary>Turns the judgements of a round into one <see cref="Answer"/>.</summary>
internal static class Answers
{
    /// <summary>Says why a judgement cannot be used; null when it can.</summary>
    public static string? Refusal(Judgement judgement, Query query, int dimension) =>
        judgement.Refusal(query.Count) is { } refusal ? refusal
        : (query.Wants & JudgementKind.Ranking) != 0 ? null
        : judgement.Kind != query.Wants ? $"This optimiser asks for {Words(query.Wants)}."
        : judgement is Judgement.Gradients gradients && query.Wants == JudgementKind.Gradients && gradients.Rows.Length != query.Count * dimension
            ? $"Gradients need {dimension} numbers for each candidate."
        : null;

    /// <summary>
    /// Several rankings become the union of their edges; several sets of values their mean. Where both are wanted, values
    /// count as such when every judge gave them. A verdict counts when no judge gave an order, and the strongest doubt
    /// wins (broken, then alike, then none better).
    /// </summary>
    /// <exception cref="ArgumentException">A judgement does not fit the batch or is of a kind the optimiser cannot use.</exception>
    public static Answer Merge(ReadOnlySpan<Judgement> judgements, Query query, int dimension)
    {
        foreach (var judgement in judgements)
        {
            if (Refusal(judgement, query, dimension) is { } refusal)
            {
                throw new ArgumentException(refusal, nameof(judgements));
            }
        }

        if ((query.Wants & JudgementKind.Ranking) != 0)
        {
            return Ranked(judgements, query);
        }

        var gradients = query.Wants == JudgementKind.Gradients ? new double[query.Count * dimension] : [];
        foreach (var judgement in judgements)
        {
            for (var i = 0; i < gradients.Length; i++)
            {
                gradients[i] += ((Judgement.Gradients)judgement).Rows[i] / judgements.Length;
            }
        }

        return new Answer(Comparisons.From(query.Count), null, Mean(judgements, query.Count), gradients);
    }

    private static Answer Ranked(ReadOnlySpan<Judgement> judgements, Query query)
    {
        var rankings = new List<Judgement.Ranking>(judgements.Length);
        Verdict? verdict = null;
        foreach (var judgement in judgements)
        {
            switch (judgement)
            {
                case Judgement.Ranking ranking:
                    rankings.Add(ranking);
                    break;
                case Judgement.Values values:
                    rankings.Add(values.ToRanking());
                    break;
                case Judgement.Gradients gradients:
                    rankings.Add(new Judgement.Values(gradients.Losses).ToRanking());
                    break;
                case Judgement.Overall overall:
                    verdict = verdict is null || overall.Verdict > verdict ? overall.Verdict : verdict;
                    break;
            }
        }

        var comparisons = Comparisons.From(query.Count, rankings.ToArray());
        var losses = (query.Wants & JudgementKind.Values) != 0 ? Mean(judgements, query.Count) : [];
        Comparisons[] judges = rankings.Count > 1 ? [.. rankings.Select(ranking => Comparisons.From(query.Count, ranking))] : [];
        return new Answer(comparisons, rankings.Count == 0 ? verdict : null, losses, [], judges);
    }

    // Empty unless every judge gave values.
    private static double[] Mean(ReadOnlySpan<Judgement> judgements, int count)
    {
        var losses = new double[count];
        foreach (var judgement in judgements)
        {
            var given = judgement is Judgement.Values values ? values.Losses : judgement is Judgement.Gradients gradients ? gradients.Losses : [];
            if (given.IsEmpty)
            {
                return [];
            }

            for (var i = 0; i < losses.Length; i++)
            {
                losses[i] += given[i] / judgements.Length;
            }
        }

        return losses;
    }

    private static string Words(JudgementKind kind) => kind == JudgementKind.Gradients ? "values and gradients" : "values";
}
