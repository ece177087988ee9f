namespace Ranking.Engine.Functions;

/// <summary>f(x) = Σᵢ (Σⱼ≤ᵢ xⱼ)².</summary>
[Entry("schwefel", "Double sum", Summary = "Squares of partial sums: a rotated ellipsoid whose coordinates all depend on each other.",
    Formula = "f(x) = Σᵢ (Σⱼ≤ᵢ xⱼ)²",
    Source = "Schwefel: Numerical Optimization of Computer Models, 1981, problem 1.2")]
public sealed class Schwefel : TestFunction
{
    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-5, 5);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x)
    {
        var (sum, partial) = (0.0, 0.0);
        foreach (var coordinate in x)
        {
            partial += coordinate;
            sum += partial * partial;
        }

        return sum;
    }

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient)
    {
        var partial = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            partial += x[i];
            gradient[i] = 2 * partial;
        }

        for (var i = x.Length - 2; i >= 0; i--)
        {
            gradient[i] += gradient[i + 1];
        }
    }

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => new double[dimension];

    /// <inheritdoc/>
    public override double[] Start(int dimension) => Uniform(dimension, 3);
}
