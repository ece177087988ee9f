namespace Ranking.Engine.Functions;

/// <summary>f(x) = Σ |xᵢ|^(2 + 4 i/(d-1)), i from 0.</summary>
[Entry("different-powers", "Different powers", Summary = "Each axis has a power of its own: scales change on the way to the minimum.",
    Formula = "f(x) = Σ |xᵢ|^(2 + 4i/(d−1)), i from 0",
    Source = "Hansen, Ostermeier: Completely Derandomized Self-Adaptation in Evolution Strategies, 2001")]
public sealed class DifferentPowers : TestFunction
{
    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-5, 5);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            sum += Math.Pow(Math.Abs(x[i]), Power(i, x.Length));
        }

        return sum;
    }

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient)
    {
        for (var i = 0; i < x.Length; i++)
        {
            var power = Power(i, x.Length);
            gradient[i] = power * Math.Sign(x[i]) * Math.Pow(Math.Abs(x[i]), power - 1);
        }
    }

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => new double[dimension];

    /// <inheritdoc/>
    public override double[] Start(int dimension) => Uniform(dimension, 2);

    private static double Power(int i, int dimension) => 2 + (4.0 * i / Math.Max(1, dimension - 1));
}
