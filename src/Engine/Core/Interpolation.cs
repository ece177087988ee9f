using System.Numerics.Tensors;

namespace Ranking.Engine;

/// <summary>Points between two points; a share of 0 gives the first and of 1 the second, bit for bit.</summary>
public static class Interpolation
{
    // Beyond this cosine the two are so nearly parallel, or opposite, that the arc's formula loses its digits.
    private const double Parallel = 0.9995;

    /// <summary>On the straight line.</summary>
    public static void Line(ReadOnlySpan<double> from, ReadOnlySpan<double> to, double share, Span<double> point) => Combine(from, 1 - share, to, share, point);

    /// <summary>
    /// On the arc, so that the length does not shrink in between (Shoemake: Animating Rotation with Quaternion Curves,
    /// 1985; White: Sampling Generative Networks, arXiv:1609.04468). Where the two are nearly parallel, on the line.
    /// </summary>
    public static void Arc(ReadOnlySpan<double> from, ReadOnlySpan<double> to, double share, Span<double> point)
    {
        var cosine = Reduce.Dot(from, to) / (Reduce.Norm(from) * Reduce.Norm(to));
        if (!(Math.Abs(cosine) <= Parallel))
        {
            Line(from, to, share, point);
            return;
        }

        var angle = Math.Acos(cosine);
        var sine = Math.Sin(angle);
        Combine(from, Math.Sin((1 - share) * angle) / sine, to, Math.Sin(share * angle) / sine, point);
    }

    private static void Combine(ReadOnlySpan<double> from, double first, ReadOnlySpan<double> to, double second, Span<double> point)
    {
        TensorPrimitives.Multiply(from, first, point);
        TensorPrimitives.MultiplyAdd(to, second, point, point);
    }
}
