namespace Ranking.Engine.Functions;

/// <summary>f(x, y) = (x² + y - 11)² + (x + y² - 7)².</summary>
[Entry("himmelblau", "Himmelblau", Summary = "Four equally good minima.",
    Formula = "f(x) = (x₁² + x₂ − 11)² + (x₁ + x₂² − 7)²",
    Source = "Himmelblau: Applied Nonlinear Programming, 1972")]
public sealed class Himmelblau : TestFunction
{
    /// <inheritdoc/>
    public override int MinDimension => 2;

    /// <inheritdoc/>
    public override int MaxDimension => 2;

    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-5, 5);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x)
    {
        var (a, b) = ((x[0] * x[0]) + x[1] - 11, x[0] + (x[1] * x[1]) - 7);
        return (a * a) + (b * b);
    }

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient)
    {
        var (a, b) = ((x[0] * x[0]) + x[1] - 11, x[0] + (x[1] * x[1]) - 7);
        gradient[0] = (4 * a * x[0]) + (2 * b);
        gradient[1] = (2 * a) + (4 * b * x[1]);
    }

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => [3, 2];

    /// <inheritdoc/>
    public override double[] Start(int dimension) => [-0.5, 0.5];
}
