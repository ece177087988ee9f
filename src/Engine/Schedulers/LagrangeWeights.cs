namespace Ranking.Engine.Schedulers;

/// <summary>
/// The weights of an Adams-Bashforth step on an uneven grid: integrals of the Lagrange polynomials through earlier
/// values, by Gauss-Legendre quadrature of 32 points, exact for polynomials up to degree 63.
/// </summary>
public static class LagrangeWeights
{
    private const int Points = 32;

    private static readonly (double At, double Weight)[] Rule = GaussLegendre();

    /// <summary>∫ lⱼ(τ)·density(τ) dτ for each node j.</summary>
    /// <param name="nodes">Where values are known.</param>
    /// <param name="from">The integral's lower end.</param>
    /// <param name="to">Its upper end, which may be below.</param>
    /// <param name="density">The weight function.</param>
    /// <param name="pieces">Equal pieces that are integrated apart, where the density has kinks or is nearly singular.</param>
    public static double[] Over(ReadOnlySpan<double> nodes, double from, double to, Func<double, double> density, int pieces = 1)
    {
        var weights = new double[nodes.Length];
        var half = (to - from) / (2 * pieces);
        for (var piece = 0; piece < pieces; piece++)
        {
            var middle = from + (((2 * piece) + 1) * half);
            foreach (var (at, weight) in Rule)
            {
                var tau = middle + (half * at);
                var share = half * weight * density(tau);
                for (var j = 0; j < nodes.Length; j++)
                {
                    weights[j] += share * Lagrange(nodes, j, tau);
                }
            }
        }

        return weights;
    }

    private static double Lagrange(ReadOnlySpan<double> nodes, int j, double at)
    {
        var value = 1.0;
        for (var k = 0; k < nodes.Length; k++)
        {
            if (k != j)
            {
                value *= (at - nodes[k]) / (nodes[j] - nodes[k]);
            }
        }

        return value;
    }

    // Roots of the Legendre polynomial by Newton's method from their asymptotic places.
    private static (double At, double Weight)[] GaussLegendre()
    {
        var rule = new (double, double)[Points];
        for (var i = 0; i < Points; i++)
        {
            var (x, slope) = (Math.Cos(Math.PI * (i + 0.75) / (Points + 0.5)), 0.0);
            for (var iteration = 0; iteration < 10; iteration++)
            {
                var (before, now) = (1.0, x);
                for (var n = 2; n <= Points; n++)
                {
                    (before, now) = (now, ((((2 * n) - 1) * x * now) - ((n - 1) * before)) / n);
                }

                slope = Points * ((x * now) - before) / ((x * x) - 1);
                x -= now / slope;
            }

            rule[i] = (x, 2 / ((1 - (x * x)) * slope * slope));
        }

        return rule;
    }
}
