namespace Ranking.Engine.Optimizers;

/// <summary>
/// How unlike all others a point is: its mean distance to the k nearest of an archive and of its own batch (Lehman,
/// Stanley: Abandoning Objectives, Evolutionary Computation 2011).
/// </summary>
internal static class Novelty
{
    /// <summary>The novelty of each candidate.</summary>
    public static double[] Of(ReadOnlyBatch batch, IReadOnlyList<double[]> archive, int neighbours)
    {
        var (novelties, distances) = (new double[batch.Count], new double[batch.Count - 1 + archive.Count]);
        for (var i = 0; i < batch.Count; i++)
        {
            for (var j = 0; j < archive.Count; j++)
            {
                distances[j] = Reduce.Distance(batch[i], archive[j]);
            }

            for (var j = 0; j < batch.Count - 1; j++)
            {
                distances[archive.Count + j] = Reduce.Distance(batch[i], batch[j < i ? j : j + 1]);
            }

            Array.Sort(distances);
            var nearest = Math.Min(neighbours, distances.Length);
            for (var j = 0; j < nearest; j++)
            {
                novelties[i] += distances[j] / nearest;
            }
        }

        return novelties;
    }

    /// <summary>
    /// The candidates by (1 - w) times their place in the ranking plus w times their place in novelty, lowest first; in a
    /// tie the ranking decides.
    /// </summary>
    /// <param name="ranking">The candidates, best first.</param>
    /// <param name="novelties">The novelty of each.</param>
    /// <param name="weight">w.</param>
    public static int[] Order(int[] ranking, double[] novelties, double weight)
    {
        int[] byNovelty = [.. ranking.OrderByDescending(i => novelties[i])];
        return [.. ranking.OrderBy(i => ((1 - weight) * Array.IndexOf(ranking, i)) + (weight * Array.IndexOf(byNovelty, i)))];
    }
}
