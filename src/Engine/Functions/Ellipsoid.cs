namespace Ranking.Engine.Functions;

/// <summary>f(x) = Σ 10^(6 i/(d-1)) xᵢ², i from 0.</summary>
[Entry("ellipsoid", "Ellipsoid", Summary = "A bowl that is a million times steeper along the last axis than along the first.",
    Formula = "f(x) = Σ 10^(6i/(d−1)) xᵢ², i from 0",
    Source = "Hansen, Ostermeier: Completely Derandomized Self-Adaptation in Evolution Strategies, 2001")]
public sealed class Ellipsoid : TestFunction
{
    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-5, 5);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            sum += Weight(i, x.Length) * x[i] * x[i];
        }

        return sum;
    }

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient)
    {
        for (var i = 0; i < x.Length; i++)
        {
            gradient[i] = 2 * Weight(i, x.Length) * x[i];
        }
    }

    private static double Weight(int i, int dimension) => Math.Pow(1e6, i / Math.Max(1.0, dimension - 1));

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => new double[dimension];

    /// <inheritdoc/>
    public override double[] Start(int dimension) => Uniform(dimension, 3);
}
