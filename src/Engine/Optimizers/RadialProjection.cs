using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>How a point is read when the radial part of a step is looked for.</summary>
public enum WeightView
{
    /// <summary>As one vector.</summary>
    Whole,

    /// <summary>Row by row, and as one vector where the rows do not call for a projection.</summary>
    Rows,

    /// <summary>Not at all: the step is taken as it is.</summary>
    None,
}

/// <summary>
/// The projection of AdamP and SGDP: where the gradient is nearly orthogonal to the weights, as it is for weights whose
/// length does not matter, the part of a step along the weights only makes them longer and is taken out (Heo et al.,
/// ICLR 2021, algorithm 1).
/// </summary>
internal static class RadialProjection
{
    /// <summary>Takes the radial part out of <paramref name="step"/> where it is due; tells whether it was.</summary>
    /// <param name="weights">The point x.</param>
    /// <param name="gradient">The gradient at x.</param>
    /// <param name="step">The step.</param>
    /// <param name="view">How x is read.</param>
    /// <param name="rows">The rows of x, a divisor of its length.</param>
    /// <param name="delta">δ: how near to orthogonal, times the root of a row's length.</param>
    /// <param name="epsilon">Keeps quotients finite.</param>
    public static bool Apply(
        ReadOnlySpan<double> weights, ReadOnlySpan<double> gradient, Span<double> step, WeightView view, int rows, double delta, double epsilon) =>
        view switch
        {
            WeightView.None => false,
            WeightView.Rows when TryProject(weights, gradient, step, rows, delta, epsilon) => true,
            _ => TryProject(weights, gradient, step, 1, delta, epsilon),
        };

    private static bool TryProject(
        ReadOnlySpan<double> weights, ReadOnlySpan<double> gradient, Span<double> step, int rows, double delta, double epsilon)
    {
        var length = weights.Length / rows;
        for (var row = 0; row < rows; row++)
        {
            var w = weights.Slice(row * length, length);
            var g = gradient.Slice(row * length, length);
            if (Math.Abs(Reduce.Dot(w, g)) / Math.Max(Reduce.Norm(w) * Reduce.Norm(g), epsilon) >= delta / Math.Sqrt(length))
            {
                return false;
            }
        }

        var unit = new double[length];
        for (var row = 0; row < rows; row++)
        {
            var w = weights.Slice(row * length, length);
            var q = step.Slice(row * length, length);
            TensorPrimitives.Divide(w, Reduce.Norm(w) + epsilon, unit);
            TensorPrimitives.MultiplyAdd(unit, -Reduce.Dot(unit, q), q, q);
        }

        return true;
    }
}
