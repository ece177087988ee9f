using System.Runtime.Intrinsics;

namespace Ranking.Engine;

/// <summary>
/// Sums, dot products and norms in one fixed order: eight running sums over lanes of eight, combined pairwise. Vector
/// libraries choose the order by the machine's vector width, and then the last bits of an optimiser's state would
/// depend on the machine.
/// </summary>
public static class Reduce
{
    /// <summary>Σ aᵢ·bᵢ.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException("Both vectors must have the same length.", nameof(b));
        }

        var (low, high) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var i = 0;
        for (; i + 8 <= a.Length; i += 8)
        {
            low += Vector256.Create(a.Slice(i, 4)) * Vector256.Create(b.Slice(i, 4));
            high += Vector256.Create(a.Slice(i + 4, 4)) * Vector256.Create(b.Slice(i + 4, 4));
        }

        var rest = low[0];
        for (; i < a.Length; i++)
        {
            rest += a[i] * b[i];
        }

        return ((rest + low[1]) + (low[2] + low[3])) + ((high[0] + high[1]) + (high[2] + high[3]));
    }

    /// <summary>Σ aᵢ².</summary>
    public static double SumOfSquares(ReadOnlySpan<double> a) => Dot(a, a);

    /// <summary>The Euclidean length.</summary>
    public static double Norm(ReadOnlySpan<double> a) => Math.Sqrt(Dot(a, a));

    /// <summary>The Euclidean distance.</summary>
    public static double Distance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            var difference = a[i] - b[i];
            sum += difference * difference;
        }

        return Math.Sqrt(sum);
    }
}
