namespace Ranking.Engine.Functions;

/// <summary>f(x) = x₁² + 10⁶ Σᵢ₌₂ xᵢ².</summary>
[Entry("cigar", "Cigar", Summary = "One gentle axis, all others a million times steeper.",
    Formula = "f(x) = x₁² + 10⁶ Σᵢ₌₂ xᵢ²",
    Source = "Hansen, Ostermeier: Completely Derandomized Self-Adaptation in Evolution Strategies, 2001")]
public sealed class Cigar : TestFunction
{
    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-5, 5);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x)
    {
        var sum = x[0] * x[0];
        foreach (var coordinate in x[1..])
        {
            sum += 1e6 * coordinate * coordinate;
        }

        return sum;
    }

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient)
    {
        for (var i = 0; i < x.Length; i++)
        {
            gradient[i] = 2 * (i == 0 ? 1 : 1e6) * x[i];
        }
    }

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => new double[dimension];

    /// <inheritdoc/>
    public override double[] Start(int dimension) => Uniform(dimension, 3);
}
