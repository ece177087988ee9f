namespace Ranking.Engine.Optimizers;

/// <summary>
/// Max-value entropy search, for minimisation: how much a value at a point would tell of the lowest value f* there is,
/// the mean over draws of f* of γφ(γ)/2Φ(γ) - ln Φ(γ) with γ = (μ - f*)/σ. Draws come from the Gumbel distribution with
/// the quartiles that f* would have if the values of a pool were independent (Wang, Jegelka: Max-value Entropy Search for
/// Efficient Bayesian Optimization, ICML 2017, arXiv 1703.01968, equation 6 and section 3.1).
/// </summary>
public static class MaxValueEntropy
{
    private const int Draws = 10;
    private const int Halvings = 60;

    /// <summary>Draws of the lowest value, none of them above the lowest that is known.</summary>
    /// <param name="means">The means over a pool.</param>
    /// <param name="deviations">The standard deviations.</param>
    /// <param name="best">The lowest value so far.</param>
    /// <param name="uniform">Numbers uniform in (0, 1).</param>
    public static double[] Minima(ReadOnlySpan<double> means, ReadOnlySpan<double> deviations, double best, Func<int, double> uniform)
    {
        ArgumentNullException.ThrowIfNull(uniform);

        // P(f* < y) = 1 - exp(-exp((y - a)/b)): ln(-ln(1 - p)) is (y - a)/b at the quantile y of p.
        var (lower, upper) = (Quantile(means, deviations, 0.25), Quantile(means, deviations, 0.75));
        var width = (upper - lower) / (Gumbel(0.75) - Gumbel(0.25));
        var minima = new double[Draws];
        for (var k = 0; k < Draws; k++)
        {
            minima[k] = Math.Min(best, lower + (width * (Gumbel(uniform(k)) - Gumbel(0.25))));
        }

        return minima;
    }

    /// <summary>The mean gain of information in nats from a value with this mean and deviation.</summary>
    public static double Gain(double mean, double deviation, ReadOnlySpan<double> minima)
    {
        if (!(deviation > 0))
        {
            return 0;
        }

        var gain = 0.0;
        foreach (var minimum in minima)
        {
            var gamma = (mean - minimum) / deviation;
            var (logProbability, ratio) = NormalDistribution.Tail(gamma);
            gain += ((gamma * ratio / 2) - logProbability) / minima.Length;
        }

        return gain;
    }

    private static double Gumbel(double probability) => NormalQuantile.Log(-NormalQuantile.Log(1 - probability));

    // The y below which the lowest of independent values lies with the given probability.
    private static double Quantile(ReadOnlySpan<double> means, ReadOnlySpan<double> deviations, double probability)
    {
        var (low, high) = (double.PositiveInfinity, double.PositiveInfinity);
        for (var i = 0; i < means.Length; i++)
        {
            low = Math.Min(low, means[i] - (10 * deviations[i]));
            high = Math.Min(high, means[i] + (10 * deviations[i]));
        }

        for (var n = 0; n < Halvings; n++)
        {
            var middle = (low + high) / 2;
            (low, high) = LogAbove(means, deviations, middle) < NormalQuantile.Log(1 - probability) ? (low, middle) : (middle, high);
        }

        return high;
    }

    // ln P(all values > y).
    private static double LogAbove(ReadOnlySpan<double> means, ReadOnlySpan<double> deviations, double y)
    {
        var sum = 0.0;
        for (var i = 0; i < means.Length; i++)
        {
            // A value that is known for sure counts as a narrow one.
            sum += NormalDistribution.Tail((means[i] - y) / Math.Max(deviations[i], 1e-12)).LogProbability;
        }

        return sum;
    }
}
