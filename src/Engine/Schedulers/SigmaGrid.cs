namespace Ranking.Engine.Schedulers;

/// <summary>The configuration of the samplers that step in σ = noise / signal: Euler, Heun, linear multistep.</summary>
public abstract record SigmaConfig : TrainingConfig
{
    /// <summary>How timesteps are spread.</summary>
    public TimestepSpacing TimestepSpacing { get; init; } = TimestepSpacing.Linspace;

    /// <summary>Equal steps in σ^(1/7) between the ends of the spacing.</summary>
    public bool UseKarrasSigmas { get; init; }

    /// <summary>Equal steps in log σ between the ends of the spacing.</summary>
    public bool UseExponentialSigmas { get; init; }
}

/// <summary>Where the samplers that step in σ call the network. Timesteps need not be whole.</summary>
/// <param name="Timesteps">What the network is told.</param>
/// <param name="Sigmas">The noise levels of the calls, and the one where the run ends.</param>
/// <param name="Start">The factor of the initial noise in the first sample.</param>
internal sealed record SigmaGrid(double[] Timesteps, double[] Sigmas, double Start)
{
    /// <summary>The grid of a configuration.</summary>
    /// <param name="config">The spacing and the ladder.</param>
    /// <param name="table">σ by timestep, rising.</param>
    /// <param name="steps">Calls.</param>
    public static SigmaGrid Of(SigmaConfig config, double[] table, int steps)
    {
        if (config.Sigmas is { } own)
        {
            return new([.. own[..^1].Select(sigma => NoiseLadder.TimeOf(sigma, table))], own, NoiseLevel.OfSigma(own[0]).Noise);
        }

        var timesteps = Spread(config, steps);
        var sigmas = Array.ConvertAll(timesteps, t => NoiseLadder.SigmaAt(t, table));
        if (config.Timesteps is null && (config.UseKarrasSigmas || config.UseExponentialSigmas))
        {
            sigmas = config.UseKarrasSigmas ? NoiseLadder.Karras(sigmas[0], sigmas[^1], steps) : NoiseLadder.Exponential(sigmas[0], sigmas[^1], steps);
            timesteps = Array.ConvertAll(sigmas, sigma => NoiseLadder.TimeOf(sigma, table));
        }

        // The published samplers start leading spacing from pure noise, the others from what is noise at the first level.
        return new(timesteps, [.. sigmas, 0], config.TimestepSpacing == TimestepSpacing.Leading ? 1 : NoiseLevel.OfSigma(sigmas[0]).Noise);
    }

    private static double[] Spread(SigmaConfig config, int steps)
    {
        var last = config.NumTrainTimesteps - 1.0;
        return config.Timesteps is null && config.TimestepSpacing is TimestepSpacing.Linspace or TimestepSpacing.SgmUniform
            ? NoiseLadder.Linear(steps == 1 && config.TimestepSpacing == TimestepSpacing.Linspace ? 0 : last, config.TimestepSpacing == TimestepSpacing.Linspace ? 0 : last / steps, steps)
            : Array.ConvertAll(TrainingSchedule.Timesteps(config, config.TimestepSpacing, steps), t => (double)t);
    }
}
