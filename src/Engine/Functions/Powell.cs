namespace Ranking.Engine.Functions;

/// <summary>
/// f(x) = Σ (a + 10 b)² + 5 (c - e)² + (b - 2c)⁴ + 10 (a - e)⁴ over groups (a, b, c, e) of four coordinates; coordinates
/// left over add their squares.
/// </summary>
[Entry("powell", "Powell singular", Summary = "Groups of four coordinates with a singular Hessian at the minimum: slow at the end.",
    Formula = "f(x) = Σ (a + 10b)² + 5 (c − e)² + (b − 2c)⁴ + 10 (a − e)⁴ over groups (a, b, c, e) of four",
    Source = "Powell: An Iterative Method for Finding Stationary Values of a Function of Several Variables, 1962")]
public sealed class Powell : TestFunction
{
    /// <inheritdoc/>
    public override int MinDimension => 4;

    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-4, 5);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x)
    {
        var sum = 0.0;
        var whole = x.Length - (x.Length % 4);
        for (var i = 0; i < whole; i += 4)
        {
            var (sum1, gap, bend, twist) = (x[i] + (10 * x[i + 1]), x[i + 2] - x[i + 3], x[i + 1] - (2 * x[i + 2]), x[i] - x[i + 3]);
            sum += (sum1 * sum1) + (5 * gap * gap) + Math.Pow(bend, 4) + (10 * Math.Pow(twist, 4));
        }

        return sum + Reduce.SumOfSquares(x[whole..]);
    }

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient)
    {
        var whole = x.Length - (x.Length % 4);
        for (var i = 0; i < whole; i += 4)
        {
            var (sum1, gap, bend, twist) = (x[i] + (10 * x[i + 1]), x[i + 2] - x[i + 3], x[i + 1] - (2 * x[i + 2]), x[i] - x[i + 3]);
            gradient[i] = (2 * sum1) + (40 * Math.Pow(twist, 3));
            gradient[i + 1] = (20 * sum1) + (4 * Math.Pow(bend, 3));
            gradient[i + 2] = (10 * gap) - (8 * Math.Pow(bend, 3));
            gradient[i + 3] = (-10 * gap) - (40 * Math.Pow(twist, 3));
        }

        for (var i = whole; i < x.Length; i++)
        {
            gradient[i] = 2 * x[i];
        }
    }

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => new double[dimension];

    /// <inheritdoc/>
    public override double[] Start(int dimension) => [.. Enumerable.Range(0, dimension).Select(i => (i % 4) switch { 0 => 3.0, 1 => -1, 2 => 0, _ => 1 })];
}
