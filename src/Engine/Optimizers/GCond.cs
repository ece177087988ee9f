using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// The directions of several judges with their conflicts arbitrated, the sharpest first: how sharp a conflict is decides
/// what becomes of it (Limarenko, Studenikina, Illarionova, Sharaev: GCond, 2025, arXiv 2509.07252, its four zones with
/// the thresholds of the authors' program). A cosine from 0 to -½ costs each its part along the other, as both had it;
/// one down to -0.8 costs the loser its part along the winner; a lower one silences the loser.
/// </summary>
/// <remarks>
/// Judges have no names from one ranking to the next. A direction is therefore stable as far as it agrees with the one
/// that was followed last, not with its judge's own, and strong as its share of both lengths; nobody's run of victories
/// is counted.
/// </remarks>
public static class GCond
{
    private const double Weak = 0;
    private const double Main = -0.5;
    private const double Critical = -0.8;
    private const double Stability = 0.8;
    private const double Strength = 0.2;

    // What rounding leaves of a conflict that has been resolved.
    private const double Resolved = -1e-12;

    /// <summary>The directions after arbitration.</summary>
    /// <param name="directions">The directions, all of one dimension.</param>
    /// <param name="followed">The direction that was followed last; empty when there is none.</param>
    public static double[][] Arbitrate(IReadOnlyList<double[]> directions, ReadOnlySpan<double> followed)
    {
        ArgumentNullException.ThrowIfNull(directions);
        double[][] left = [.. directions.Select(direction => direction.AsSpan().ToArray())];
        for (var turn = 0; turn < 2 * left.Length && Sharpest(left) is var (first, second, cosine); turn++)
        {
            if (cosine >= Main)
            {
                var before = left[first].AsSpan().ToArray();
                RemoveAlong(left[first], left[second]);
                RemoveAlong(left[second], before);
                continue;
            }

            var (winner, loser) = Score(left[first], left[second], followed) >= Score(left[second], left[first], followed)
                ? (left[first], left[second])
                : (left[second], left[first]);
            if (cosine < Critical)
            {
                loser.AsSpan().Clear();
            }
            else
            {
                RemoveAlong(loser, winner);
            }
        }

        return left;
    }

    private static (int First, int Second, double Cosine)? Sharpest(double[][] directions)
    {
        (int, int, double)? sharpest = null;
        var least = Weak + Resolved;
        for (var i = 0; i < directions.Length; i++)
        {
            for (var j = i + 1; j < directions.Length; j++)
            {
                if (Cosine(directions[i], directions[j]) is var cosine && cosine < least)
                {
                    (sharpest, least) = ((i, j, cosine), cosine);
                }
            }
        }

        return sharpest;
    }

    private static double Score(double[] direction, double[] other, ReadOnlySpan<double> followed)
    {
        var (length, both) = (Reduce.Norm(direction), Reduce.Norm(direction) + Reduce.Norm(other));
        return (Stability * (followed.IsEmpty ? 0 : Math.Max(0, Cosine(direction, followed)))) + (Strength * length / both);
    }

    private static double Cosine(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var lengths = Reduce.Norm(a) * Reduce.Norm(b);
        return lengths > 0 ? Reduce.Dot(a, b) / lengths : 0;
    }

    private static void RemoveAlong(double[] direction, double[] other) =>
        TensorPrimitives.MultiplyAdd(other, -Reduce.Dot(direction, other) / Reduce.SumOfSquares(other), direction, direction);
}
