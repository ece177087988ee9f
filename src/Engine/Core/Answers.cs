namespace Ranking.Engine;

/// <summary>Turns the judgements of a round into one <see cref="Answer"/>.</summary>
internal static class Answers
{
    /// <summary>Says why a judgement cannot be used; null when it can.</summary>
    public static string? Refusal(Judgement judgement, Query query, JudgementKind accepts, int dimension) =>
        judgement.Refusal(query.Count) is { } refusal ? refusal
        : (query.Wants & JudgementKind.Ranking) != 0 ? null
        : (judgement.Kind & accepts) == 0 || judgement is Judgement.Values && query.Wants == JudgementKind.Gradients
            ? $"This optimiser asks for {Words(query.Wants)}."
        : judgement is Judgement.Gradients gradients && query.Wants == JudgementKind.Gradients && gradients.Rows.Length != query.Count * dimension
            ? $"Gradients need {dimension} numbers for each candidate."
        : null;

    /// <summary>
    /// Several rankings become the union of their edges; several sets of values their mean. A verdict counts when no
    /// judge gave an order, and the strongest doubt wins (broken, then alike, then none better).
    /// </summary>
    /// <exception cref="ArgumentException">A judgement does not fit the batch or is of a kind the optimiser cannot use.</exception>
    public static Answer Merge(ReadOnlySpan<Judgement> judgements, Query query, JudgementKind accepts, int dimension)
    {
        foreach (var judgement in judgements)
        {
            if (Refusal(judgement, query, accepts, dimension) is { } refusal)
            {
                throw new ArgumentException(refusal, nameof(judgements));
            }
        }

        if ((query.Wants & JudgementKind.Ranking) != 0)
        {
            return Ranked(judgements, query.Count);
        }

        var losses = new double[query.Count];
        var gradients = query.Wants == JudgementKind.Gradients ? new double[query.Count * dimension] : [];
        foreach (var judgement in judgements)
        {
            var (given, rows) = judgement is Judgement.Gradients g ? (g.Losses, g.Rows) : (((Judgement.Values)judgement).Losses, []);
            for (var i = 0; i < losses.Length; i++)
            {
                losses[i] += given[i] / judgements.Length;
            }

            for (var i = 0; i < gradients.Length; i++)
            {
                gradients[i] += rows[i] / judgements.Length;
            }
        }

        return new Answer(Comparisons.From(query.Count), null, losses, gradients);
    }

    private static Answer Ranked(ReadOnlySpan<Judgement> judgements, int count)
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

        var comparisons = Comparisons.From(count, rankings.ToArray());
        return new Answer(comparisons, rankings.Count == 0 ? verdict : null, [], []);
    }

    private static string Words(JudgementKind kind) => kind == JudgementKind.Gradients ? "values and gradients" : "values";
}
