namespace Ranking.Engine.Functions;

/// <summary>f(x) = Σ 10^(2 i/(d-1)) xᵢ², i from 0.</summary>
[Entry("mild-ellipsoid", "Mild ellipsoid", Summary = "A bowl that is a hundred times steeper along the last axis than along the first.",
    Formula = "f(x) = Σ 10^(2i/(d−1)) xᵢ², i from 0",
    Source = "Hansen, Ostermeier: Completely Derandomized Self-Adaptation in Evolution Strategies, 2001, condition 100")]
public sealed class MildEllipsoid : TestFunction
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

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => new double[dimension];

    /// <inheritdoc/>
    public override double[] Start(int dimension) => Uniform(dimension, 3);

    private static double Weight(int i, int dimension) => Math.Pow(100, i / Math.Max(1.0, dimension - 1));
}
