namespace Ranking.Engine.Functions;

/// <summary>f(x) = -40x - 35.15 for x ≤ -0.9, else x³ + x sin 8x + 0.85: the second function of the diffGrad paper.</summary>
[Entry("steep-wall", "Steep wall", Summary = "On one axis, a straight steep wall that leads into waves with several minima.",
    Formula = "f(x) = −40x − 35.15 for x ≤ −0.9, else x³ + x sin 8x + 0.85",
    Source = "Dubey, Chakraborty, Roy, Mukherjee, Singh, Chaudhuri: diffGrad, 2020, section IV, arXiv 1909.11015")]
public sealed class SteepWall : TestFunction
{
    // The deepest root of 3x² + sin 8x + 8x cos 8x on the right of the wall.
    private const double Lowest = -0.6429185989152617;

    /// <inheritdoc/>
    public override int MaxDimension => 1;

    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-1, 1);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x) => x[0] <= -0.9 ? (-40 * x[0]) - 35.15 : (x[0] * x[0] * x[0]) + (x[0] * Math.Sin(8 * x[0])) + 0.85;

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient) =>
        gradient[0] = x[0] <= -0.9 ? -40 : (3 * x[0] * x[0]) + Math.Sin(8 * x[0]) + (8 * x[0] * Math.Cos(8 * x[0]));

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => [Lowest];

    /// <inheritdoc/>
    public override double[] Start(int dimension) => [-0.95];
}
