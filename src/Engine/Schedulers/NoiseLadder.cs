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

    /// <summary>The timestep of a noise level, by linear interpolation in log σ; not rounded.</summary>
    /// <param name="sigma">The noise level.</param>
    /// <param name="table">σ by timestep, rising.</param>
    public static double TimeOf(double sigma, double[] table)
    {
        var low = Math.Clamp(Array.FindLastIndex(table, entry => entry <= sigma), 0, table.Length - 2);
        var (below, above) = (Math.Log(table[low]), Math.Log(table[low + 1]));
        return low + Math.Clamp((Math.Log(sigma) - below) / (above - below), 0, 1);
    }

    /// <summary>The noise level of a timestep between two entries of the table, on a line in σ.</summary>
    /// <param name="timestep">The timestep; those beyond the table have its ends' levels.</param>
    /// <param name="table">σ by timestep, rising.</param>
    public static double SigmaAt(double timestep, double[] table)
    {
        var low = Math.Clamp((int)Math.Floor(timestep), 0, table.Length - 2);
        return table[low] + (Math.Clamp(timestep - low, 0, 1) * (table[low + 1] - table[low]));
    }

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
