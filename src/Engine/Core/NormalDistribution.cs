namespace Ranking.Engine;

/// <summary>
/// The distribution function Φ of the standard normal law from basic operations only, so that surrogates of the
/// objective have the same bits on every machine: its series near 0 and Laplace's continued fraction of Mills' ratio
/// in the tails (Abramowitz, Stegun, Handbook of Mathematical Functions, 26.2.11 and 26.2.14).
/// </summary>
public static class NormalDistribution
{
    private const double Log2Pi = 1.837877066409345483560659472811;
    private const double DensityAtZero = 0.398942280401432677939946059934;
    private const double Far = 3;
    private const double Farthest = 1e6;
    private const int Terms = 30;

    /// <summary>ln Φ(z) and φ(z)/Φ(z), the two quantities that a probit likelihood needs.</summary>
    /// <param name="z">Any number; beyond a million the result is that of a million.</param>
    public static (double LogProbability, double Ratio) Tail(double z)
    {
        z = Math.Clamp(z, -Farthest, Farthest);
        if (z <= -Far)
        {
            var ratio = InverseMills(-z);
            return (-((z * z) + Log2Pi) / 2 - NormalQuantile.Log(ratio), ratio);
        }

        var probability = Cumulative(z);
        return (NormalQuantile.Log(probability), Density(z) / probability);
    }

    /// <summary>φ(z).</summary>
    public static double Density(double z) => DensityAtZero * Exponential.Of(-z * z / 2);

    /// <summary>Φ(z).</summary>
    public static double Cumulative(double z)
    {
        if (z <= -Far)
        {
            return Density(z) / InverseMills(-z);
        }

        if (z >= Far)
        {
            return 1 - (Density(z) / InverseMills(z));
        }

        var (term, sum) = (z, z);
        for (var k = 3; Math.Abs(term) > 1e-17 * Math.Abs(sum); k += 2)
        {
            term *= z * z / k;
            sum += term;
        }

        return 0.5 + (Density(z) * sum);
    }

    // φ(x)/Φ(-x) = x + 1/(x + 2/(x + 3/(x + …))) for x of at least 3, where 30 terms leave less than 1e-16.
    private static double InverseMills(double x)
    {
        var value = x;
        for (var k = Terms; k >= 1; k--)
        {
            value = x + (k / value);
        }

        return value;
    }
}
