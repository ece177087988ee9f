namespace Ranking.Engine.Functions;

/// <summary>
/// f(x, y) = (y - 5.1 x²/(4π²) + 5x/π - 6)² + 10 (1 - 1/(8π)) cos x + 10, smallest with 0.397887 at (π, 2.275) and two
/// more points; searched in x from -5 to 10, y from 0 to 15, drawn in the square that holds both.
/// </summary>
[Entry("branin", "Branin", Summary = "Three equally good minima in the plane; a classic of Bayesian optimisation.",
    Formula = "f(x) = (x₂ − 5.1 x₁²/(4π²) + 5x₁/π − 6)² + 10 (1 − 1/(8π)) cos x₁ + 10",
    Source = "Dixon, Szego: Towards Global Optimisation 2, 1978")]
public sealed class Branin : TestFunction
{
    /// <inheritdoc/>
    public override int MinDimension => 2;

    /// <inheritdoc/>
    public override int MaxDimension => 2;

    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-5, 15);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x)
    {
        var valley = Valley(x);
        return (valley * valley) + (10 * (1 - (1 / (8 * Math.PI))) * Math.Cos(x[0])) + 10;
    }

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient)
    {
        var valley = Valley(x);
        gradient[0] = (2 * valley * ((5 / Math.PI) - (5.1 * x[0] / (2 * Math.PI * Math.PI)))) - (10 * (1 - (1 / (8 * Math.PI))) * Math.Sin(x[0]));
        gradient[1] = 2 * valley;
    }

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => [Math.PI, 2.275];

    /// <inheritdoc/>
    public override double[] Start(int dimension) => [-2, 2];

    private static double Valley(ReadOnlySpan<double> x) => x[1] - (5.1 * x[0] * x[0] / (4 * Math.PI * Math.PI)) + (5 * x[0] / Math.PI) - 6;
}
