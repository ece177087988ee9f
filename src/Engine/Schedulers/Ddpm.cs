namespace Ranking.Engine.Schedulers;

/// <summary>The ancestral sampler of DDPM, equations 6, 7 and 11 of arXiv:2006.11239, also over a part of the timesteps.</summary>
[Entry("ddpm", "DDPM", Summary = "The first diffusion sampler: fresh noise in every step, best with many steps.", Source = "arXiv:2006.11239")]
public sealed class Ddpm : Scheduler<Ddpm.Config>
{
    /// <summary>The members of <c>scheduler_config.json</c> that it reads.</summary>
    public sealed record Config : TrainingConfig
    {
        /// <summary>How timesteps are spread.</summary>
        public TimestepSpacing TimestepSpacing { get; init; } = TimestepSpacing.Leading;

        /// <summary>Whether the estimate of the clean picture is clipped.</summary>
        public bool ClipSample { get; init; } = true;

        /// <summary>The bound of the clipping.</summary>
        public double ClipSampleRange { get; init; } = 1;

        /// <summary>The variance of the fresh noise: <c>fixed_small</c>, that of the posterior, or <c>fixed_large</c>, β.</summary>
        public string VarianceType { get; init; } = "fixed_small";
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names { get; } = ["DDPMScheduler"];

    /// <inheritdoc/>
    public override bool IsStochastic => true;

    /// <inheritdoc/>
    protected override SamplingPlan Plan(Config config, int steps)
    {
        Refuse(config.Sigmas is not null, "sigmas");
        Refuse(config.VarianceType is not ("fixed_small" or "fixed_large"), $"variance_type {config.VarianceType}");
        var alphas = new TrainingSchedule(config).AlphasCumprod;
        var timesteps = TrainingSchedule.Timesteps(config, config.TimestepSpacing, steps);
        var plan = new SamplingStep[steps];
        for (var i = 0; i < steps; i++)
        {
            plan[i] = Step(config, timesteps[i], alphas[timesteps[i]], i + 1 < steps ? alphas[timesteps[i + 1]] : 1);
        }

        return new SamplingPlan([.. plan]);
    }

    private static SamplingStep Step(Config config, int timestep, double alpha, double alphaNext)
    {
        Refuse(alpha == 0 && config.PredictionType == Prediction.Epsilon, "noise prediction at zero signal");
        var beta = 1 - (alpha / alphaNext);
        var variance = config.VarianceType == "fixed_large" ? beta : (1 - alphaNext) / (1 - alpha) * beta;
        var call = TrainingSchedule.Call(config.PredictionType, timestep, NoiseLevel.OfAlpha(alpha), NoiseLevel.OfAlpha(alphaNext));
        return call with
        {
            EstimateSample = call.CleanSample,
            EstimateOutput = call.CleanOutput,
            EstimateBound = config.ClipSample ? config.ClipSampleRange : double.PositiveInfinity,
            Sample = Math.Sqrt(alpha / alphaNext) * (1 - alphaNext) / (1 - alpha),
            Estimates = [Math.Sqrt(alphaNext) * beta / (1 - alpha)],
            Draw = timestep > 0 ? Math.Sqrt(variance) : 0,
        };
    }
}
