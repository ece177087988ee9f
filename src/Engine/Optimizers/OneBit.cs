namespace Ranking.Engine.Optimizers;

/// <summary>
/// One-bit measurements of a gradient: whether x + rz is worse or better than x. The incumbent x is candidate 0 of
/// every batch, so that measurements of several batches around the same x may be put together.
/// </summary>
internal static class OneBit
{
    /// <summary>How many directions a batch can still measure beside the incumbent.</summary>
    /// <param name="candidates">The study's batch size.</param>
    /// <param name="wanted">How many directions an update needs; 0 takes what one batch holds.</param>
    /// <param name="measured">How many are measured already.</param>
    public static int Count(int candidates, int wanted, int measured)
    {
        var most = Math.Max(1, candidates - 1);
        return wanted == 0 ? most : Math.Min(most, wanted - measured);
    }

    /// <summary>
    /// sum ← sum + Σ bᵢzᵢ with zᵢ = (xᵢ - x)/r of the points as shown; b is 1 for a point worse than x, -1 for a better
    /// one, 0 for a tie and for two that were not compared. Several judges count by their net wins.
    /// </summary>
    public static void AddTo(ReadOnlyBatch batch, Comparisons comparisons, double radius, Span<double> sum)
    {
        var weights = new double[batch.Count];
        for (var i = 1; i < weights.Length; i++)
        {
            weights[i] = Math.Sign(comparisons.NetWins(0) - comparisons.NetWins(i)) / radius;
            weights[0] -= weights[i];
        }

        batch.AddWeighted(weights, sum);
    }
}
