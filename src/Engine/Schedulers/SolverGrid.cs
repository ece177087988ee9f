namespace Ranking.Engine.Schedulers;

/// <summary>The configuration of the solvers that step in λ: DPM-Solver, DEIS, UniPC.</summary>
public abstract record SolverConfig : TrainingConfig
{
    /// <summary>The order of accuracy, from 1.</summary>
    public int SolverOrder { get; init; } = 2;

    /// <summary>Equal steps in σ^(1/7).</summary>
    public bool UseKarrasSigmas { get; init; }

    /// <summary>Equal steps in log σ; timesteps truncated.</summary>
    public bool UseExponentialSigmas { get; init; }

    /// <summary>Equal steps in log σ; timesteps rounded.</summary>
    public bool UseLuLambdas { get; init; }

    /// <summary>Where the last step ends: <c>zero</c>, or <c>sigma_min</c>, the noise of timestep 0.</summary>
    public string FinalSigmasType { get; init; } = "zero";

    /// <summary>Timesteps with log(signal/noise) below this are left out; null for all.</summary>
    public double? LambdaMinClipped { get; init; }

    /// <summary>How timesteps are spread.</summary>
    public TimestepSpacing TimestepSpacing { get; init; } = TimestepSpacing.Linspace;

    /// <summary>Whether noise levels are spread by themselves rather than by timesteps.</summary>
    internal bool HasLadder => Timesteps is null && (UseKarrasSigmas || UseExponentialSigmas || UseLuLambdas);
}

/// <summary>Where the solvers that step in λ call the network: timesteps, and levels with the one where the last step ends.</summary>
/// <param name="Timesteps">What the network is told.</param>
/// <param name="Levels">The levels of the calls and the final one.</param>
internal sealed record SolverGrid(double[] Timesteps, NoiseLevel[] Levels)
{
    /// <summary>The grid of a configuration.</summary>
    /// <param name="config">The spacing and the ladder.</param>
    /// <param name="steps">Calls.</param>
    /// <param name="final">σ at the end; null for that of timestep 0.</param>
    /// <param name="roundsCosine">Whether timesteps of a ladder are rounded with the cosine schedule too.</param>
    public static SolverGrid Of(SolverConfig config, int steps, double? final, bool roundsCosine = true)
    {
        var table = new TrainingSchedule(config).Sigmas(config);
        if (config.Sigmas is { } own)
        {
            return new([.. own[..^1].Select(sigma => NoiseLadder.TimeOf(sigma, table))], Array.ConvertAll(own, NoiseLevel.OfSigma));
        }

        var timesteps = Spread(config, table, steps, roundsCosine);
        var sigmas = config.HasLadder
            ? Ladder(config, table, timesteps.Length)
            : Array.ConvertAll(timesteps, t => table[Math.Clamp((int)t, 0, table.Length - 1)]);
        return new(timesteps, Array.ConvertAll([.. sigmas, final ?? (config.HasLadder ? sigmas[^1] : table[0])], NoiseLevel.OfSigma));
    }

    private static double[] Spread(SolverConfig config, double[] table, int steps, bool roundsCosine)
    {
        var count = table.Count(sigma => -Math.Log(sigma) >= (config.LambdaMinClipped ?? double.NegativeInfinity));
        if (config.HasLadder)
        {
            var rounds = !config.UseExponentialSigmas && (roundsCosine || config.BetaSchedule != BetaSchedule.SquaredcosCapV2);
            return Array.ConvertAll(Ladder(config, table, steps), sigma => Math.Truncate(rounds ? Math.Round(NoiseLadder.TimeOf(sigma, table)) : NoiseLadder.TimeOf(sigma, table)));
        }

        if (config.Timesteps is { } own)
        {
            return Array.ConvertAll(own, t => (double)t);
        }

        return config.TimestepSpacing switch
        {
            TimestepSpacing.Linspace or TimestepSpacing.SgmUniform => [.. Enumerable.Range(0, steps).Select(i => Math.Round((double)(count - 1) * (steps - i) / steps))],
            TimestepSpacing.Leading => [.. Enumerable.Range(0, steps).Select(i => (double)((steps - i) * (count / (steps + 1))) + config.StepsOffset)],
            _ => Trailing(count, (double)config.NumTrainTimesteps / steps),
        };
    }

    private static double[] Trailing(int count, double stride)
    {
        var timesteps = new double[(int)Math.Ceiling(count / stride)];
        for (var i = 0; i < timesteps.Length; i++)
        {
            timesteps[i] = Math.Round(count - (i * stride)) - 1;
        }

        return timesteps;
    }

    private static double[] Ladder(SolverConfig config, double[] table, int steps) => config.UseKarrasSigmas
        ? NoiseLadder.Karras(table[^1], table[0], steps)
        : NoiseLadder.Exponential(table[^1], table[0], steps);
}
