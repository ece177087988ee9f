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
}
