namespace Ranking.Engine.Functions;

/// <summary>f(x) = x₁² + 100 √(Σᵢ₌₂ xᵢ²).</summary>
[Entry("sharp-ridge", "Sharp ridge", Summary = "A ridge without a smooth bottom: progress must be made along a kink.",
    Formula = "f(x) = x₁² + 100 √(Σᵢ₌₂ xᵢ²)",
    Source = "Hansen, Finck, Ros, Auger: Real-Parameter Black-Box Optimization Benchmarking 2009, f13")]
public sealed class SharpRidge : TestFunction
{
    /// <inheritdoc/>
    public override int MinDimension => 2;

    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-5, 5);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x)
    {
        var ridge = Reduce.Norm(x[1..]);
        return (x[0] * x[0]) + (100 * ridge);
    }

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient)
    {
        var ridge = Reduce.Norm(x[1..]);
        gradient[0] = 2 * x[0];
        for (var i = 1; i < x.Length; i++)
        {
            gradient[i] = ridge > 0 ? 100 * x[i] / ridge : 0;
        }
    }

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => new double[dimension];

    /// <inheritdoc/>
    public override double[] Start(int dimension) => Uniform(dimension, 3);
}
