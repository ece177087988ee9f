namespace Ranking.Engine.Functions;

/// <summary>f(x) = (x + 0.3)² for x ≤ 0, else (x - 0.2)² + 0.05: the first function of the diffGrad paper.</summary>
[Entry("uneven-wells", "Uneven wells", Summary = "On one axis, a wide minimum beside a shallower one that stops momentum methods.",
    Formula = "f(x) = (x + 0.3)² for x ≤ 0, else (x − 0.2)² + 0.05",
    Source = "Dubey, Chakraborty, Roy, Mukherjee, Singh, Chaudhuri: diffGrad, 2020, section IV, arXiv 1909.11015")]
public sealed class UnevenWells : TestFunction
{
    /// <inheritdoc/>
    public override int MaxDimension => 1;

    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-1, 1);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x) => x[0] <= 0 ? Squared(x[0] + 0.3) : Squared(x[0] - 0.2) + 0.05;

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient) => gradient[0] = 2 * (x[0] <= 0 ? x[0] + 0.3 : x[0] - 0.2);

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => [-0.3];

    /// <inheritdoc/>
    public override double[] Start(int dimension) => [0.9];

    private static double Squared(double number) => number * number;
}
