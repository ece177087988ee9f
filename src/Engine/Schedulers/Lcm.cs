namespace Ranking.Engine.Schedulers;

/// <summary>
/// Multistep sampling of latent consistency models (arXiv:2310.04378): every call jumps to a clean picture, and all but
/// the last bring it back to the next level with fresh noise. For networks distilled for it; 1 to 8 steps.
/// </summary>
[Entry("lcm", "LCM", Summary = "A clean picture in every call, for latent consistency models in 1 to 8 steps.", Source = "arXiv:2310.04378")]
public sealed class Lcm : Scheduler<Lcm.Config>
{
    // The standard deviation of the data that the boundary condition of consistency models assumes.
    private const double DataSpread = 0.5;

    /// <summary>The members of <c>scheduler_config.json</c> that it reads.</summary>
    public sealed record Config : TrainingConfig
    {
        /// <summary>Steps of the teacher's sampler that the network was distilled from.</summary>
        public int OriginalInferenceSteps { get; init; } = 50;

        /// <summary>How much faster than training the boundary condition's time runs.</summary>
        public double TimestepScaling { get; init; } = 10;

        /// <summary>Whether the estimate of the clean picture is clipped.</summary>
        public bool ClipSample { get; init; }

        /// <summary>The bound of the clipping.</summary>
        public double ClipSampleRange { get; init; } = 1;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names { get; } = ["LCMScheduler"];

    /// <inheritdoc/>
    public override bool IsStochastic => true;

    /// <inheritdoc/>
    protected override SamplingPlan Plan(Config config, int steps)
    {
        Refuse(config.Sigmas is not null, "sigmas");
        var original = config.OriginalInferenceSteps;
        Refuse(original < 1 || original > config.NumTrainTimesteps, $"original_inference_steps {original}");
        if (config.Timesteps is null && steps > original)
        {
            throw new InvalidDataException($"The number of steps must be between 1 and {original}, the number that the model was distilled from.");
        }

        var alphas = new TrainingSchedule(config).AlphasCumprod;
        var stride = config.NumTrainTimesteps / original;
        int[] timesteps = config.Timesteps ?? [.. Enumerable.Range(0, steps).Select(i => ((original - (int)((long)i * original / steps)) * stride) - 1)];
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
        var time = timestep * config.TimestepScaling;
        var total = (time * time) + (DataSpread * DataSpread);
        var to = NoiseLevel.OfAlpha(alphaNext);
        var call = TrainingSchedule.Call(config.PredictionType, timestep, NoiseLevel.OfAlpha(alpha), to);
        return call with
        {
            EstimateSample = call.CleanSample,
            EstimateOutput = call.CleanOutput,
            EstimateBound = config.ClipSample ? config.ClipSampleRange : double.PositiveInfinity,
            Sample = to.Signal * DataSpread * DataSpread / total,
            Estimates = [to.Signal * time / Math.Sqrt(total)],
            Draw = to.Noise,
        };
    }
}
