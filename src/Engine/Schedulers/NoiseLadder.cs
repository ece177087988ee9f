namespace Ranking.Engine.Schedulers;

/// <summary>Noise levels σ between a largest and a smallest one, largest first, for samplers that work on σ.</summary>
public static class NoiseLadder
{
    /// <summary>Equal steps in σ^(1/ρ) with ρ = 7 (arXiv:2206.00364, equation 5).</summary>
    public static double[] Karras(double largest, double smallest, int count)
    {
        const double Rho = 7;
        var (from, to) = (Math.Pow(largest, 1 / Rho), Math.Pow(smallest, 1 / Rho));
        return Steps(count, share => Math.Pow(from + (share * (to - from)), Rho));
    }

    /// <summary>Equal steps in log σ.</summary>
    public static double[] Exponential(double largest, double smallest, int count)
    {
        var (from, to) = (Math.Log(largest), Math.Log(smallest));
        return Steps(count, share => Math.Exp(from + (share * (to - from))));
    }

    /// <summary>Equal steps in σ.</summary>
    public static double[] Linear(double largest, double smallest, int count) =>
        Steps(count, share => largest + (share * (smallest - largest)));

    private static double[] Steps(int count, Func<double, double> at)
    {
        var levels = new double[count];
        for (var i = 0; i < count; i++)
        {
            levels[i] = at(count > 1 ? (double)i / (count - 1) : 0);
        }

        return levels;
    }
}
