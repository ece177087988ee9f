namespace Ranking.Engine.Functions;

/// <summary>f(x, y) = (1.5 - x + xy)² + (2.25 - x + xy²)² + (2.625 - x + xy³)².</summary>
[Entry("beale", "Beale", Summary = "A flat valley between sharp corners.",
    Formula = "f(x) = (1.5 − x₁ + x₁x₂)² + (2.25 − x₁ + x₁x₂²)² + (2.625 − x₁ + x₁x₂³)²",
    Source = "Beale: On an Iterative Method for Finding a Local Minimum of a Function of More than One Variable, 1958")]
public sealed class Beale : TestFunction
{
    /// <inheritdoc/>
    public override int MinDimension => 2;

    /// <inheritdoc/>
    public override int MaxDimension => 2;

    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-4.5, 4.5);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x)
    {
        var (a, b, c) = Terms(x);
        return (a * a) + (b * b) + (c * c);
    }

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient)
    {
        var (a, b, c) = Terms(x);
        var y = x[1];
        gradient[0] = 2 * ((a * (y - 1)) + (b * ((y * y) - 1)) + (c * ((y * y * y) - 1)));
        gradient[1] = 2 * x[0] * (a + (2 * b * y) + (3 * c * y * y));
    }

    private static (double A, double B, double C) Terms(ReadOnlySpan<double> x)
    {
        var (u, y) = (x[0], x[1]);
        return (1.5 - u + (u * y), 2.25 - u + (u * y * y), 2.625 - u + (u * y * y * y));
    }

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => [3, 0.5];

    /// <inheritdoc/>
    public override double[] Start(int dimension) => [1, 1];
}
