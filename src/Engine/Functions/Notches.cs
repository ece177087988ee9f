namespace Ranking.Engine.Functions;

/// <summary>
/// f(x) = x² for |x| &gt; 0.5, 0.75 - |x| for 0.4 &lt; |x| ≤ 0.5, else 7|x|/8: the third function of the diffGrad paper.
/// </summary>
[Entry("notches", "Notches", Summary = "On one axis, a kinked minimum between two notches.",
    Formula = "f(x) = x² for |x| > 0.5, 0.75 − |x| for 0.4 < |x| ≤ 0.5, else 7|x|/8",
    Source = "Dubey, Chakraborty, Roy, Mukherjee, Singh, Chaudhuri: diffGrad, 2020, section IV, arXiv 1909.11015")]
public sealed class Notches : TestFunction
{
    /// <inheritdoc/>
    public override int MaxDimension => 1;

    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-1, 1);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x)
    {
        var distance = Math.Abs(x[0]);
        return distance > 0.5 ? distance * distance : distance > 0.4 ? 0.75 - distance : 7 * distance / 8;
    }

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient)
    {
        var distance = Math.Abs(x[0]);
        gradient[0] = Math.Sign(x[0]) * (distance > 0.5 ? 2 * distance : distance > 0.4 ? -1 : 0.875);
    }

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => [0];

    /// <inheritdoc/>
    public override double[] Start(int dimension) => [-0.9];
}
