namespace Ranking.Engine.Schedulers;

/// <summary>
/// Pseudo numerical methods (PNDM, arXiv:2202.09778) in their linear multistep form (PLMS): the DDIM step with the noise
/// extrapolated through up to four answers. The second step begins again from the first sample, one call more in all.
/// </summary>
[Entry("pndm", "PNDM", Summary = "One network call per step and one more, fourth order; the sampler of the first Stable Diffusion.", Source = "arXiv:2202.09778")]
public sealed class Pndm : Scheduler<Pndm.Config>
{
    /// <summary>The members of <c>scheduler_config.json</c> that it reads.</summary>
    public sealed record Config : TrainingConfig
    {
        /// <summary>How timesteps are spread.</summary>
        public TimestepSpacing TimestepSpacing { get; init; } = TimestepSpacing.Leading;

        /// <summary>Whether the last step ends at ᾱ = 1, else at the ᾱ of timestep 0.</summary>
        public bool SetAlphaToOne { get; init; }

        /// <summary>Whether the run begins without Runge-Kutta steps, as all published pictures do; it must.</summary>
        public bool SkipPrkSteps { get; init; } = true;
    }

    private static readonly double[][] Extrapolations =
    [
        [1], [3.0 / 2, -1.0 / 2], [23.0 / 12, -16.0 / 12, 5.0 / 12], [55.0 / 24, -59.0 / 24, 37.0 / 24, -9.0 / 24],
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names { get; } = ["PNDMScheduler"];

    /// <inheritdoc/>
    protected override SamplingPlan Plan(Config config, int steps)
    {
        Refuse(config.Sigmas is not null, "sigmas");
        Refuse(!config.SkipPrkSteps, "Runge-Kutta steps");
        Refuse(config.PredictionType == Prediction.Clean, "prediction_type sample");
        Refuse(config.RescaleBetasZeroSnr && config.PredictionType == Prediction.Epsilon, "noise prediction at zero signal");
        var alphas = new TrainingSchedule(config).AlphasCumprod;
        var timesteps = TrainingSchedule.Timesteps(config, config.TimestepSpacing, steps);
        var stride = config.NumTrainTimesteps / steps;
        int After(int i) => config.Timesteps is null ? timesteps[i] - stride : i + 1 < steps ? timesteps[i + 1] : -1;
        double Alpha(int timestep) => timestep >= 0 ? alphas[Math.Min(timestep, alphas.Length - 1)] : config.SetAlphaToOne ? 1 : alphas[0];

        var first = new Move(config.PredictionType, alphas[timesteps[0]], Alpha(After(0)));
        var plan = new List<SamplingStep> { Call(config, timesteps[0], alphas[timesteps[0]], first.To, first.Sample, [first.Output]) };
        if (steps > 1)
        {
            var before = config.Timesteps is null ? timesteps[1] + stride : timesteps[0];
            var again = new Move(config.PredictionType, Alpha(before), alphas[timesteps[1]]);
            var back = again.Sample / first.Sample;
            plan.Add(Call(config, timesteps[1], alphas[timesteps[1]], again.To, back, [again.Output / 2, (again.Output / 2) - (back * first.Output)]));
        }

        for (var i = 1; i < steps; i++)
        {
            var move = new Move(config.PredictionType, alphas[timesteps[i]], Alpha(After(i)));
            var weights = Array.ConvertAll(Extrapolations[Math.Min(i, 3)], weight => weight * move.Output);

            // The answer of the second call is not kept: it lies i calls back.
            plan.Add(Call(config, timesteps[i], alphas[timesteps[i]], move.To, move.Sample, i < weights.Length ? [.. weights[..i], 0, .. weights[i..]] : weights));
        }

        return new SamplingPlan([.. plan]);
    }

    private static SamplingStep Call(Config config, int timestep, double alpha, double alphaNext, double sample, double[] answers) =>
        TrainingSchedule.Call(config.PredictionType, timestep, NoiseLevel.OfAlpha(alpha), NoiseLevel.OfAlpha(alphaNext)) with
        {
            EstimateOutput = 1,
            Sample = sample,
            Estimates = [.. answers],
        };

    // The DDIM step, equation 11 of the paper, as factors of the sample and of the combined answer.
    private readonly struct Move
    {
        public Move(Prediction prediction, double alpha, double alphaNext)
        {
            To = alphaNext;
            var (noiseSample, noiseOutput) = TrainingSchedule.Noise(prediction, NoiseLevel.OfAlpha(alpha));
            var noise = -(alphaNext - alpha) / ((alpha * Math.Sqrt(1 - alphaNext)) + Math.Sqrt(alpha * (1 - alpha) * alphaNext));
            Sample = Math.Sqrt(alphaNext / alpha) + (noise * noiseSample);
            Output = noise * noiseOutput;
        }

        public double To { get; }

        public double Sample { get; }

        public double Output { get; }
    }
}
