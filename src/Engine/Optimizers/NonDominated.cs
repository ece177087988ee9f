namespace Ranking.Engine.Optimizers;

/// <summary>
/// Items by several criteria at once: one dominates another when no criterion has it lower and at least one higher. Front
/// 0 holds those that none dominates, front 1 those that only front 0 dominates, and so on; within a front the less
/// crowded ones come first (Deb, Pratap, Agarwal, Meyarivan: NSGA-II, IEEE TEVC 2002).
/// </summary>
public static class NonDominated
{
    /// <summary>The front of each item.</summary>
    /// <param name="scores">For each item its score by each criterion; more is better.</param>
    public static int[] Fronts(IReadOnlyList<double[]> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var fronts = new int[scores.Count];
        Array.Fill(fronts, -1);
        for (var (front, left) = (0, scores.Count); left > 0; front++)
        {
            var free = Enumerable.Range(0, scores.Count)
                .Where(i => fronts[i] < 0 && !Enumerable.Range(0, scores.Count).Any(j => fronts[j] < 0 && Dominates(scores[j], scores[i]))).ToArray();
            foreach (var i in free)
            {
                fronts[i] = front;
            }

            left -= free.Length;
        }

        return fronts;
    }

    /// <summary>All items, by front and then by crowding, equal ones by index.</summary>
    /// <param name="scores">For each item its score by each criterion; more is better.</param>
    public static int[] Order(IReadOnlyList<double[]> scores)
    {
        var fronts = Fronts(scores);
        var distances = new double[fronts.Length];
        foreach (var front in Enumerable.Range(0, fronts.Length).GroupBy(i => fronts[i]))
        {
            Crowd([.. front], scores, distances);
        }

        return [.. Enumerable.Range(0, fronts.Length).OrderBy(i => fronts[i]).ThenByDescending(i => distances[i]).ThenBy(i => i)];
    }

    private static bool Dominates(double[] a, double[] b)
    {
        var isBetter = false;
        for (var criterion = 0; criterion < a.Length; criterion++)
        {
            if (a[criterion] < b[criterion])
            {
                return false;
            }

            isBetter |= a[criterion] > b[criterion];
        }

        return isBetter;
    }

    // The distance between an item's neighbours in each criterion, summed; endless at the ends.
    private static void Crowd(int[] front, IReadOnlyList<double[]> scores, double[] distances)
    {
        for (var criterion = 0; criterion < scores[front[0]].Length; criterion++)
        {
            var sorted = front.OrderBy(i => scores[i][criterion]).ThenBy(i => i).ToArray();
            var width = scores[sorted[^1]][criterion] - scores[sorted[0]][criterion];
            if (width == 0)
            {
                continue;
            }

            distances[sorted[0]] = distances[sorted[^1]] = double.PositiveInfinity;
            for (var place = 1; place < sorted.Length - 1; place++)
            {
                distances[sorted[place]] += (scores[sorted[place + 1]][criterion] - scores[sorted[place - 1]][criterion]) / width;
            }
        }
    }
}
