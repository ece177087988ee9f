using System.Numerics.Tensors;

namespace Ranking.Engine.Functions;

/// <summary>f(x) = Σ xᵢ².</summary>
[Entry("sphere", "Sphere", Summary = "The simplest bowl: equally steep in every direction.",
    Formula = "f(x) = Σ xᵢ²",
    Source = "Rechenberg: Evolutionsstrategie, 1973")]
public sealed class Sphere : TestFunction
{
    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-5.12, 5.12);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x) => Reduce.SumOfSquares(x);

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient) => TensorPrimitives.Multiply(x, 2, gradient);

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => new double[dimension];

    /// <inheritdoc/>
    public override double[] Start(int dimension) => Uniform(dimension, 2);
}
