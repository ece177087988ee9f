namespace Ranking.Engine.Schedulers;

/// <summary>
/// DDIM, equations 12 and 16 of arXiv:2010.02502: the estimate of the clean picture is put back to the noise level of
/// the previous timestep, with the predicted noise (η = 0), or with some of it replaced by fresh noise (η up to 1).
/// </summary>
[Entry("ddim", "DDIM", Summary = "One network call per step, first order, deterministic.", Source = "arXiv:2010.02502")]
public sealed class Ddim : Scheduler<Ddim.Config>
{
    /// <summary>The members of <c>scheduler_config.json</c> that it reads.</summary>
    public sealed record Config : TrainingConfig
    {
        /// <summary>How timesteps are spread.</summary>
        public TimestepSpacing TimestepSpacing { get; init; } = TimestepSpacing.Leading;

        /// <summary>Whether the last step ends at ᾱ = 1, else at the ᾱ of timestep 0.</summary>
        public bool SetAlphaToOne { get; init; } = true;

        /// <summary>Whether the estimate of the clean picture is clipped.</summary>
        public bool ClipSample { get; init; } = true;

        /// <summary>The bound of the clipping.</summary>
        public double ClipSampleRange { get; init; } = 1;

        /// <summary>η, the share of fresh noise: 0 deterministic, 1 ancestral.</summary>
        public double Eta { get; init; }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names { get; } = ["DDIMScheduler"];

    /// <inheritdoc/>
    protected override SamplingPlan Plan(Config config, int steps)
    {
        Refuse(config.Sigmas is not null, "sigmas");
        var alphas = new TrainingSchedule(config).AlphasCumprod;
        var stride = config.NumTrainTimesteps / steps;
        var final = config.SetAlphaToOne ? 1 : alphas[0];
        var timesteps = TrainingSchedule.Timesteps(config, config.TimestepSpacing, steps);
        var plan = new SamplingStep[steps];
        for (var i = 0; i < steps; i++)
        {
            var next = config.Timesteps is null ? timesteps[i] - stride : i + 1 < steps ? timesteps[i + 1] : -1;
            plan[i] = Step(config, timesteps[i], alphas[timesteps[i]], next >= 0 ? alphas[next] : final);
        }

        return new SamplingPlan([.. plan]);
    }

    private static SamplingStep Step(Config config, int timestep, double alpha, double alphaNext)
    {
        Refuse(alpha == 0 && config.PredictionType == Prediction.Epsilon, "noise prediction at zero signal");
        var level = NoiseLevel.OfAlpha(alpha);
        var spread = config.Eta * Math.Sqrt((1 - alphaNext) / (1 - alpha) * (1 - (alpha / alphaNext)));
        var (cleanSample, cleanOutput) = TrainingSchedule.Clean(config.PredictionType, level);
        var (noiseSample, noiseOutput) = TrainingSchedule.Noise(config.PredictionType, level);
        var noise = Math.Sqrt(Math.Max(0, 1 - alphaNext - (spread * spread)));
        return TrainingSchedule.Call(config.PredictionType, timestep, level, NoiseLevel.OfAlpha(alphaNext)) with
        {
            EstimateSample = cleanSample,
            EstimateOutput = cleanOutput,
            EstimateBound = config.ClipSample ? config.ClipSampleRange : double.PositiveInfinity,
            Sample = noise * noiseSample,
            Output = noise * noiseOutput,
            Estimates = [Math.Sqrt(alphaNext)],
            Draw = spread,
        };
    }
}
