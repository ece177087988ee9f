namespace Ranking.Engine.Functions;

/// <summary>f(x) = Σ xᵢ² + s² + s⁴ with s = Σ i xᵢ/2, i from 1.</summary>
[Entry("zakharov", "Zakharov", Summary = "A bowl with a steep fold along one direction.",
    Formula = "f(x) = Σ xᵢ² + s² + s⁴, s = Σ i xᵢ/2",
    Source = "Jamil, Yang: A Literature Survey of Benchmark Functions, 2013")]
public sealed class Zakharov : TestFunction
{
    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-5, 5);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x)
    {
        var slant = Slant(x);
        var square = slant * slant;
        return Reduce.SumOfSquares(x) + square + (square * square);
    }

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient)
    {
        var slant = Slant(x);
        var outer = (2 * slant) + (4 * slant * slant * slant);
        for (var i = 0; i < x.Length; i++)
        {
            gradient[i] = (2 * x[i]) + (0.5 * (i + 1) * outer);
        }
    }

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => new double[dimension];

    /// <inheritdoc/>
    public override double[] Start(int dimension) => [.. Enumerable.Range(0, dimension).Select(i => i % 2 == 0 ? 3 : -2.0)];

    private static double Slant(ReadOnlySpan<double> x)
    {
        var slant = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            slant += 0.5 * (i + 1) * x[i];
        }

        return slant;
    }
}
