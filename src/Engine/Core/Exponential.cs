using System.Runtime.Intrinsics;

namespace Ranking.Engine;

/// <summary>
/// The exponential function from IEEE basic operations: libraries differ in the last bit from machine to machine, and
/// then an optimiser's state would.
/// </summary>
public static class Exponential
{
    private const double Log2E = 1.44269504088896340736;
    private const double Ln2High = 0.693147180369123816490;
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>
    /// eˣ: x = k ln 2 + r with |r| at most ½ ln 2, eʳ by 14 terms of its series, whose rest is below 1e-17.
    /// </summary>
    /// <param name="x">Any number; beyond ±700 the result is that of ±700, so that it stays finite and positive.</param>
    public static double Of(double x)
    {
        x = Math.Clamp(x, -700, 700);
        var k = Math.Round(x * Log2E);
        var r = x - (k * Ln2High) - (k * Ln2Low);
        var sum = 1.0;
        for (var term = 14; term >= 1; term--)
        {
            sum = 1 + (sum * r / term);
        }

        return Math.ScaleB(sum, (int)k);
    }

    /// <summary>eˣ of many numbers at once, the same bits: four lanes do what the scalar code does.</summary>
    /// <param name="x">The exponents.</param>
    /// <param name="result">As long as <paramref name="x"/>; may be the same memory.</param>
    public static void Of(ReadOnlySpan<double> x, Span<double> result)
    {
        var i = 0;
        for (; i + Vector256<double>.Count <= x.Length; i += Vector256<double>.Count)
        {
            var v = Vector256.Min(Vector256.Max(Vector256.Create(x.Slice(i, Vector256<double>.Count)), Vector256.Create(-700.0)), Vector256.Create(700.0));
            var k = Vector256.Round(v * Log2E);
            var r = v - (k * Ln2High) - (k * Ln2Low);
            var sum = Vector256.Create(1.0);
            for (var term = 14; term >= 1; term--)
            {
                sum = Vector256.Create(1.0) + (sum * r / Vector256.Create((double)term));
            }

            // 2ᵏ: the biased exponent as the low bits of 2^52 + k + 1023, moved to their place.
            var power = ((k + Vector256.Create(4503599627370496.0 + 1023)).AsUInt64() << 52).AsDouble();
            (sum * power).CopyTo(result[i..]);
        }

        for (; i < x.Length; i++)
        {
            result[i] = Of(x[i]);
        }
    }
}
