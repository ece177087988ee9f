namespace Ranking.Engine.Functions;

/// <summary>f(x) = 1 + Σ xᵢ²/4000 - Π cos(xᵢ/√i), i from 1.</summary>
[Entry("griewank", "Griewank", Summary = "Regular ripples on a very wide bowl.",
    Formula = "f(x) = 1 + Σ xᵢ²/4000 − Π cos(xᵢ/√i)",
    Source = "Griewank: Generalized descent for global optimization, 1981")]
public sealed class Griewank : TestFunction
{
    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-10, 10);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x)
    {
        var product = 1.0;
        for (var i = 0; i < x.Length; i++)
        {
            product *= Math.Cos(x[i] / Math.Sqrt(i + 1));
        }

        return 1 + (Reduce.SumOfSquares(x) / 4000) - product;
    }

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient)
    {
        // The product without factor i, from the products before and after it: no division by a cosine that may be 0.
        var before = 1.0;
        for (var i = 0; i < x.Length; i++)
        {
            gradient[i] = before;
            before *= Math.Cos(x[i] / Math.Sqrt(i + 1));
        }

        var after = 1.0;
        for (var i = x.Length - 1; i >= 0; i--)
        {
            var root = Math.Sqrt(i + 1);
            gradient[i] = (x[i] / 2000) + (gradient[i] * after * Math.Sin(x[i] / root) / root);
            after *= Math.Cos(x[i] / root);
        }
    }

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => new double[dimension];

    /// <inheritdoc/>
    public override double[] Start(int dimension) => Uniform(dimension, 8);
}
