namespace Ranking.Engine;

/// <summary>
/// The quantile of the standard normal distribution: Wichura's PPND16 (Applied Statistics 37, 1988, AS 241), relative
/// accuracy about 1e-16, with a logarithm made of IEEE basic operations, so that results are the same bits everywhere.
/// </summary>
public static class NormalQuantile
{
    private const double Ln2 = 0.693147180559945309417232121458;
    private const double SqrtHalf = 0.707106781186547524400844362105;

    /// <summary>z with P(Z ≤ z) = <paramref name="p"/>.</summary>
    /// <param name="p">A probability in the open interval (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> is not inside (0, 1).</exception>
    public static double Of(double p)
    {
        var q = p - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            var r = 0.180625 - (q * q);
            return q *
                (((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r + 45921.953931549871457) * r
                    + 13731.693765509461125) * r + 1971.5909503065514427) * r + 133.14166789178437745) * r + 3.387132872796366608) /
                (((((((5226.495278852545925 * r + 28729.085735721942674) * r + 39307.89580009271061) * r + 21213.794301586595867) * r
                    + 5394.1960214247511077) * r + 687.1870074920579083) * r + 42.313330701600911252) * r + 1.0);
        }

        if (!(p > 0 && p < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, "A probability inside (0, 1) is needed.");
        }

        var tail = Math.Sqrt(-Log(q < 0 ? p : 1 - p));
        double value;
        if (tail <= 5)
        {
            var r = tail - 1.6;
            value =
                (((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r + 1.27045825245236838258) * r
                    + 3.64784832476320460504) * r + 5.7694972214606914055) * r + 4.6303378461565452959) * r + 1.42343711074968357734) /
                (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r + 0.14810397642748007459) * r
                    + 0.68976733498510000455) * r + 1.6763848301838038494) * r + 2.05319162663775882187) * r + 1.0);
        }
        else
        {
            var r = tail - 5;
            value =
                (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r + 0.026532189526576123093) * r
                    + 0.29656057182850489123) * r + 1.7848265399172913358) * r + 5.4637849111641143699) * r + 6.6579046435011037772) /
                (((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r
                    + 0.0148753612908506148525) * r + 0.13692988092273580531) * r + 0.59983220655588793769) * r + 1.0);
        }

        return q < 0 ? -value : value;
    }

    /// <summary>
    /// The natural logarithm from basic operations only: x = m·2^e with m in [√½, √2), ln m = 2·artanh((m-1)/(m+1)) by
    /// its series, whose 12 terms leave less than 1e-17 for |s| ≤ 0.1716.
    /// </summary>
    /// <param name="x">A positive, normal number.</param>
    public static double Log(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52) - 1022;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FE0_0000_0000_0000);
        if (mantissa < SqrtHalf)
        {
            mantissa *= 2;
            exponent--;
        }

        var s = (mantissa - 1) / (mantissa + 1);
        var s2 = s * s;
        var series = 0.0;
        for (var k = 23; k >= 3; k -= 2)
        {
            series = (series + (1.0 / k)) * s2;
        }

        return (exponent * Ln2) + (2 * s * (1 + series));
    }
}
