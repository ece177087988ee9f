namespace Ranking.Engine.Optimizers;

/// <summary>The strategy parameters of CMA-ES (Hansen: The CMA Evolution Strategy, A Tutorial, arXiv 1604.00772, table 1).</summary>
/// <param name="Weights">One weight a rank, best first; the positive ones sum to 1.</param>
/// <param name="Parents">μ: how many candidates move the mean.</param>
/// <param name="EffectiveParents">μ_eff: the variance-effective selection mass.</param>
/// <param name="CSigma">Learning rate of the step-size path.</param>
/// <param name="DSigma">Damping of the step size.</param>
/// <param name="CC">Learning rate of the covariance path.</param>
/// <param name="C1">Learning rate of the rank-one update.</param>
/// <param name="CMu">Learning rate of the rank-μ update.</param>
/// <param name="ChiN">E|N(0, I)|, to the second order of 1/d.</param>
public sealed record CmaEsConstants(
    double[] Weights, int Parents, double EffectiveParents, double CSigma, double DSigma, double CC, double C1, double CMu, double ChiN)
{
    /// <summary>The tutorial's population size, 4 + ⌊3 ln d⌋.</summary>
    public static int DefaultPopulation(int dimension) => 4 + (int)Math.Floor(3 * NormalQuantile.Log(dimension));

    /// <summary>The tutorial's parameters.</summary>
    /// <param name="dimension">d, at least 1.</param>
    /// <param name="population">λ, at least 2.</param>
    /// <param name="active">Whether the worse half gets negative weights.</param>
    public static CmaEsConstants Of(int dimension, int population, bool active)
    {
        double d = dimension;
        var parents = population / 2;
        var weights = new double[population];
        for (var i = 0; i < population; i++)
        {
            weights[i] = NormalQuantile.Log((population + 1) / 2.0) - (i == 0 ? 0 : NormalQuantile.Log(i + 1));
        }

        var effective = Effective(weights.AsSpan(0, parents));
        var c1 = 2 / (((d + 1.3) * (d + 1.3)) + effective);
        var cMu = Math.Min(1 - c1, 2 * (0.25 + effective + (1 / effective) - 2) / (((d + 2) * (d + 2)) + effective));
        Scale(weights.AsSpan(0, parents), 1);
        if (active)
        {
            var opposed = Effective(weights.AsSpan(parents));
            var most = Math.Min(1 + (c1 / cMu), Math.Min(1 + (2 * opposed / (effective + 2)), (1 - c1 - cMu) / (d * cMu)));
            Scale(weights.AsSpan(parents), -most);
        }
        else
        {
            weights.AsSpan(parents).Clear();
        }

        var cSigma = (effective + 2) / (d + effective + 5);
        return new CmaEsConstants(
            weights,
            parents,
            effective,
            cSigma,
            1 + (2 * Math.Max(0, Math.Sqrt((effective - 1) / (d + 1)) - 1)) + cSigma,
            (4 + (effective / d)) / (d + 4 + (2 * effective / d)),
            c1,
            cMu,
            Math.Sqrt(d) * (1 - (1 / (4 * d)) + (1 / (21 * d * d))));
    }

    private static double Effective(ReadOnlySpan<double> weights)
    {
        var sum = Sum(weights);
        return sum * sum / Reduce.SumOfSquares(weights);
    }

    private static void Scale(Span<double> weights, double total)
    {
        var sum = Sum(weights);
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] *= total / sum;
        }
    }

    private static double Sum(ReadOnlySpan<double> weights)
    {
        var sum = 0.0;
        foreach (var weight in weights)
        {
            sum += weight;
        }

        return sum;
    }
}
