namespace Ranking.Engine.Diffusion;

/// <summary>
/// How far two sets of samples are apart: the squared maximum mean discrepancy with the Riesz kernel -|x - y|, which is the energy
/// distance 2·E|X - Y| - E|X - X′| - E|Y - Y′| = 2∫(F - G)². On a line one sort does in place of all pairs; in more dimensions it is the
/// mean over random directions (sliced; arXiv:2305.11463).
/// </summary>
public static class RieszDistance
{
    /// <summary>The distance of two sets of numbers.</summary>
    public static double Of(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        double[] a = [.. first], b = [.. second];
        Array.Sort(a);
        Array.Sort(b);
        var (i, j, sum, last) = (0, 0, 0.0, 0.0);
        while (i < a.Length || j < b.Length)
        {
            var next = j == b.Length || (i < a.Length && a[i] <= b[j]) ? a[i] : b[j];
            var gap = ((double)i / a.Length) - ((double)j / b.Length);
            sum += i + j > 0 ? gap * gap * (next - last) : 0;
            last = next;
            if (i < a.Length && a[i] == next)
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return 2 * sum;
    }

    /// <summary>The mean distance of two sets of points along random directions.</summary>
    /// <param name="first">Points, one after the other.</param>
    /// <param name="second">Other points, as many or not.</param>
    /// <param name="dimension">Numbers per point.</param>
    /// <param name="directions">How many directions.</param>
    /// <param name="noise">Where they come from.</param>
    public static double Sliced(ReadOnlySpan<double> first, ReadOnlySpan<double> second, int dimension, int directions, Noise noise)
    {
        ArgumentNullException.ThrowIfNull(noise);
        var (direction, sum) = (new double[dimension], 0.0);
        for (var k = 0; k < directions; k++)
        {
            noise.Normal(k, direction);
            var length = Reduce.Norm(direction);
            sum += Of(Along(first, direction, length), Along(second, direction, length));
        }

        return sum / directions;
    }

    private static double[] Along(ReadOnlySpan<double> points, ReadOnlySpan<double> direction, double length)
    {
        var along = new double[points.Length / direction.Length];
        for (var i = 0; i < along.Length; i++)
        {
            along[i] = Reduce.Dot(points.Slice(i * direction.Length, direction.Length), direction) / length;
        }

        return along;
    }
}
