using System.Numerics;
using System.Runtime.Intrinsics;

namespace Ranking.Engine;

/// <summary>
/// <see cref="NormalQuantile"/> of many probabilities at once, the same bits: four lanes do what the scalar code does,
/// operation by operation and without fused ones. The common middle of the distribution is done first for all; the
/// tails, 15 of 100, are gathered and done together.
/// </summary>
public static class NormalQuantiles
{
    private const int Chunk = 512;

    private static readonly double[] Reciprocals = [.. Enumerable.Range(0, 12).Select(i => 1.0 / ((2 * i) + 1))];

    /// <summary>Replaces each probability, inside (0, 1), by its quantile.</summary>
    public static void Replace(Span<double> values)
    {
        Span<double> tails = stackalloc double[Chunk + Vector256<double>.Count];
        Span<int> places = stackalloc int[Chunk];
        while (values.Length > 0)
        {
            var chunk = values[..Math.Min(Chunk, values.Length)];
            if (Vector256.IsHardwareAccelerated)
            {
                var count = Middle(chunk, tails, places);
                Tails(tails, count);
                for (var i = 0; i < count; i++)
                {
                    chunk[places[i]] = tails[i];
                }
            }
            else
            {
                Scalar(chunk);
            }

            values = values[chunk.Length..];
        }
    }

    private static void Scalar(Span<double> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = NormalQuantile.Of(values[i]);
        }
    }

    // Replaces the middle in place; the tails' probabilities and places are gathered.
    private static int Middle(Span<double> values, Span<double> tails, Span<int> places)
    {
        var (count, i) = (0, 0);
        for (; i + Vector256<double>.Count <= values.Length; i += Vector256<double>.Count)
        {
            var p = Vector256.Create<double>(values[i..]);
            var q = p - Vector256.Create(0.5);
            var r = Vector256.Create(0.180625) - (q * q);
            var upper = Of(Of(Of(Of(Of(Of(Of(Vector256.Create(2509.0809287301226727), r, 33430.575583588128105), r, 67265.770927008700853), r, 45921.953931549871457), r, 13731.693765509461125), r, 1971.5909503065514427), r, 133.14166789178437745), r, 3.387132872796366608);
            var lower = Of(Of(Of(Of(Of(Of(Of(Vector256.Create(5226.495278852545925), r, 28729.085735721942674), r, 39307.89580009271061), r, 21213.794301586595867), r, 5394.1960214247511077), r, 687.1870074920579083), r, 42.313330701600911252), r, 1.0);
            (q * upper / lower).CopyTo(values[i..]);
            for (var outside = Vector256.GreaterThan(Vector256.Abs(q), Vector256.Create(0.425)).ExtractMostSignificantBits(); outside != 0; outside &= outside - 1)
            {
                var lane = BitOperations.TrailingZeroCount(outside);
                tails[count] = p.GetElement(lane);
                places[count++] = i + lane;
            }
        }

        Scalar(values[i..]);
        return count;
    }

    // Replaces the first `count` probabilities, and whatever follows them up to a whole vector.
    private static void Tails(Span<double> tails, int count)
    {
        for (var i = 0; i < count; i += Vector256<double>.Count)
        {
            var p = Vector256.Create<double>(tails[i..]);
            var q = p - Vector256.Create(0.5);
            var below = Vector256.LessThan(q, Vector256<double>.Zero);
            var tail = Vector256.Sqrt(-Log(Vector256.ConditionalSelect(below, p, Vector256.Create(1.0) - p)));
            var r = tail - Vector256.Create(1.6);
            var upper = Of(Of(Of(Of(Of(Of(Of(Vector256.Create(7.7454501427834140764e-4), r, 0.0227238449892691845833), r, 0.24178072517745061177), r, 1.27045825245236838258), r, 3.64784832476320460504), r, 5.7694972214606914055), r, 4.6303378461565452959), r, 1.42343711074968357734);
            var lower = Of(Of(Of(Of(Of(Of(Of(Vector256.Create(1.05075007164441684324e-9), r, 5.475938084995344946e-4), r, 0.0151986665636164571966), r, 0.14810397642748007459), r, 0.68976733498510000455), r, 1.6763848301838038494), r, 2.05319162663775882187), r, 1.0);
            var value = upper / lower;
            Vector256.ConditionalSelect(below, -value, value).CopyTo(tails[i..]);

            // Beyond five standard deviations another formula holds: one draw in ten thousand million.
            for (var far = Vector256.GreaterThan(tail, Vector256.Create(5.0)).ExtractMostSignificantBits(); far != 0; far &= far - 1)
            {
                var lane = BitOperations.TrailingZeroCount(far);
                tails[i + lane] = i + lane < count ? NormalQuantile.Of(p.GetElement(lane)) : 0;
            }
        }
    }

    private static Vector256<double> Log(Vector256<double> x)
    {
        var bits = x.AsUInt64();
        var mantissa = ((bits & Vector256.Create(0x000F_FFFF_FFFF_FFFFul)) | Vector256.Create(0x3FE0_0000_0000_0000ul)).AsDouble();
        var small = Vector256.LessThan(mantissa, Vector256.Create(0.707106781186547524400844362105));
        mantissa = Vector256.ConditionalSelect(small, mantissa * 2, mantissa);

        // A whole number below 2^52 becomes a double by taking it as the mantissa of 2^52.
        var exponent = ((bits >> 52) | Vector256.Create(0x4330_0000_0000_0000ul)).AsDouble() - Vector256.Create(4503599627370496.0 + 1022);
        exponent = Vector256.ConditionalSelect(small, exponent - Vector256.Create(1.0), exponent);

        var s = (mantissa - Vector256.Create(1.0)) / (mantissa + Vector256.Create(1.0));
        var s2 = s * s;
        var series = Vector256<double>.Zero;
        for (var k = 11; k >= 1; k--)
        {
            series = (series + Vector256.Create(Reciprocals[k])) * s2;
        }

        return (exponent * 0.693147180559945309417232121458) + (2 * s * (Vector256.Create(1.0) + series));
    }

    // One step of Horner's rule.
    private static Vector256<double> Of(Vector256<double> sum, Vector256<double> r, double next) => (sum * r) + Vector256.Create(next);
}
