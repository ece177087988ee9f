namespace Ranking.Engine.Functions;

/// <summary>f(x) = Σ |xᵢ|, convex and nowhere smooth on the axes.</summary>
[Entry("absolute-sum", "Absolute sum", Summary = "The ℓ₁ norm: a kink along every axis, so that gradients do not shrink near the minimum.",
    Formula = "f(x) = Σ |xᵢ|",
    Source = "Nesterov: Introductory Lectures on Convex Optimization, 2004, section 3.1")]
public sealed class AbsoluteSum : TestFunction
{
    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-5, 5);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x)
    {
        var sum = 0.0;
        foreach (var coordinate in x)
        {
            sum += Math.Abs(coordinate);
        }

        return sum;
    }

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient)
    {
        for (var i = 0; i < x.Length; i++)
        {
            gradient[i] = Math.Sign(x[i]);
        }
    }

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => new double[dimension];

    /// <inheritdoc/>
    public override double[] Start(int dimension) => [.. Enumerable.Range(0, dimension).Select(i => i % 2 == 0 ? 3 : -2.0)];
}
