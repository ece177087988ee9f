namespace Ranking.Engine.Schedulers;

/// <summary>
/// Euler steps in σ along the probability-flow equation (arXiv:2206.00364, algorithm 2 without its correction), where
/// asked for with fresh noise before each step ("churn").
/// </summary>
[Entry("euler", "Euler", Summary = "One network call per step, first order in the noise level σ.", Source = "arXiv:2206.00364")]
public sealed class Euler : Scheduler<Euler.Config>
{
    /// <summary>The members of <c>scheduler_config.json</c> that it reads.</summary>
    public sealed record Config : SigmaConfig
    {
        /// <summary>Where the last step ends: <c>zero</c>, or <c>sigma_min</c>, the noise of timestep 0.</summary>
        public string FinalSigmasType { get; init; } = "zero";

        /// <summary>How σ goes between timesteps: <c>linear</c>, or <c>log_linear</c> from the largest to the smallest.</summary>
        public string InterpolationType { get; init; } = "linear";

        /// <summary>What the network is told: <c>discrete</c> timesteps, or <c>continuous</c>, log(σ)/4.</summary>
        public string TimestepType { get; init; } = "discrete";

        /// <summary>Fresh noise over the whole run, shared out to the steps; 0 for a deterministic run.</summary>
        public double SChurn { get; init; }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names { get; } = ["EulerDiscreteScheduler"];

    /// <inheritdoc/>
    protected override SamplingPlan Plan(Config config, int steps)
    {
        Refuse(config.InterpolationType is not ("linear" or "log_linear"), $"interpolation_type {config.InterpolationType}");
        var table = new TrainingSchedule(config).Sigmas(config);
        var grid = SigmaGrid.Of(config, table, steps);
        var final = config.FinalSigmasType == "zero" ? 0 : table[0];
        double[] sigmas = config.Sigmas ?? [.. grid.Sigmas[..^1], final];
        if (config.InterpolationType == "log_linear")
        {
            // One level more than steps: the last step ends at the smallest level of training.
            sigmas = [.. NoiseLadder.Exponential(table[^1], table[0], steps + 1), final];
        }

        // Told log(σ)/4, the network is called at all levels that there are.
        var isContinuous = config.TimestepType == "continuous" && config.PredictionType == Prediction.Velocity;
        var calls = isContinuous ? sigmas.Length - 1 : steps;
        var gamma = Math.Min(config.SChurn / (sigmas.Length - 1), Math.Sqrt(2) - 1);
        var plan = new SamplingStep[calls];
        for (var i = 0; i < calls; i++)
        {
            var timestep = isContinuous ? 0.25 * Math.Log(sigmas[i]) : grid.Timesteps[i];

            // The last sample is handed on as it is, its signal not scaled to the noise that may be left.
            var to = i == calls - 1 ? new NoiseLevel(1, sigmas[i + 1]) : NoiseLevel.OfSigma(sigmas[i + 1]);
            plan[i] = Step(config.PredictionType, timestep, sigmas[i], to, gamma);
        }

        var start = config.TimestepSpacing == TimestepSpacing.Leading ? 1 : NoiseLevel.OfSigma(sigmas[0]).Noise;
        return new SamplingPlan([.. plan]) { Start = start };
    }

    // With x the sample of signal 1: clean = share·x + output·m, derivative (x - clean)/σ.
    private static SamplingStep Step(Prediction prediction, double timestep, double sigma, NoiseLevel to, double gamma)
    {
        var from = NoiseLevel.OfSigma(sigma);
        var noisier = sigma * (1 + gamma);
        var call = TrainingSchedule.Call(prediction, timestep, from, to);
        var (share, output) = prediction == Prediction.Epsilon ? (1, -noisier) : (call.CleanSample * from.Signal, call.CleanOutput);
        var length = (to.Sigma - noisier) / noisier;
        var sample = 1 + (length * (1 - share));
        return call with
        {
            Sample = to.Signal * sample / from.Signal,
            Output = -to.Signal * length * output,
            Draw = to.Signal * sample * Math.Sqrt((noisier * noisier) - (sigma * sigma)),
        };
    }
}
