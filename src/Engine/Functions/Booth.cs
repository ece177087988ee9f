namespace Ranking.Engine.Functions;

/// <summary>f(x, y) = (x + 2y - 7)² + (2x + y - 5)².</summary>
[Entry("booth", "Booth", Summary = "A tilted bowl, nine times steeper across than along.",
    Formula = "f(x) = (x₁ + 2x₂ − 7)² + (2x₁ + x₂ − 5)²",
    Source = "Booth, after Jamil, Yang: A literature survey of benchmark functions, 2013")]
public sealed class Booth : TestFunction
{
    /// <inheritdoc/>
    public override int MinDimension => 2;

    /// <inheritdoc/>
    public override int MaxDimension => 2;

    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-10, 10);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x)
    {
        var (a, b) = (x[0] + (2 * x[1]) - 7, (2 * x[0]) + x[1] - 5);
        return (a * a) + (b * b);
    }

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient)
    {
        var (a, b) = (x[0] + (2 * x[1]) - 7, (2 * x[0]) + x[1] - 5);
        gradient[0] = (2 * a) + (4 * b);
        gradient[1] = (4 * a) + (2 * b);
    }

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => [1, 3];

    /// <inheritdoc/>
    public override double[] Start(int dimension) => [-6, -4];
}
