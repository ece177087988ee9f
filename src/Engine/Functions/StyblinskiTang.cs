namespace Ranking.Engine.Functions;

/// <summary>f(x) = ½ Σ xᵢ⁴ - 16 xᵢ² + 5 xᵢ, smallest with -39.166 d.</summary>
[Entry("styblinski-tang", "Styblinski-Tang", Summary = "Two basins a coordinate, one a little deeper.",
    Formula = "f(x) = ½ Σ xᵢ⁴ − 16xᵢ² + 5xᵢ",
    Source = "Styblinski, Tang: Experiments in nonconvex optimization, 1990")]
public sealed class StyblinskiTang : TestFunction
{
    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-5, 5);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x)
    {
        var sum = 0.0;
        foreach (var v in x)
        {
            sum += ((v * v * v * v) - (16 * v * v) + (5 * v)) / 2;
        }

        return sum;
    }

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient)
    {
        for (var i = 0; i < x.Length; i++)
        {
            gradient[i] = (2 * x[i] * x[i] * x[i]) - (16 * x[i]) + 2.5;
        }
    }

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => Uniform(dimension, -2.9035340277711772);

    /// <inheritdoc/>
    public override double[] Start(int dimension) => Uniform(dimension, 0.5);
}
