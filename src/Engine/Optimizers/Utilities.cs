namespace Ranking.Engine.Optimizers;

/// <summary>
/// The rank-based utilities of natural evolution strategies: max(0, ln(n/2+1) - ln r) for rank r = 1 … n, scaled to
/// the sum 1, minus 1/n (Wierstra et al.: Natural Evolution Strategies, JMLR 2014, table 1). They sum to zero.
/// </summary>
public static class Utilities
{
    /// <summary>One utility a rank, best first.</summary>
    /// <param name="population">n, at least 2.</param>
    public static double[] Of(int population)
    {
        var utilities = new double[population];
        var sum = 0.0;
        for (var r = 0; r < population; r++)
        {
            utilities[r] = Math.Max(0, NormalQuantile.Log((population / 2.0) + 1) - (r == 0 ? 0 : NormalQuantile.Log(r + 1)));
            sum += utilities[r];
        }

        for (var r = 0; r < population; r++)
        {
            utilities[r] = (utilities[r] / sum) - (1.0 / population);
        }

        return utilities;
    }
}
