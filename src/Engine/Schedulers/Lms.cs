namespace Ranking.Engine.Schedulers;

/// <summary>
/// The linear multistep sampler of k-diffusion (github.com/crowsonkb/k-diffusion): Adams-Bashforth in σ on the uneven
/// grid, through up to four slopes.
/// </summary>
[Entry("lms", "Linear multistep", Summary = "One network call per step, up to fourth order by looking three steps back.", Source = "github.com/crowsonkb/k-diffusion")]
public sealed class Lms : Scheduler<Lms.Config>
{
    /// <summary>The members of <c>scheduler_config.json</c> that it reads.</summary>
    public sealed record Config : SigmaConfig
    {
        /// <summary>1 to 4.</summary>
        public int Order { get; init; } = 4;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names { get; } = ["LMSDiscreteScheduler"];

    /// <inheritdoc/>
    protected override SamplingPlan Plan(Config config, int steps)
    {
        Refuse(config.Order is < 1 or > 4, $"order {config.Order}");
        var grid = SigmaGrid.Of(config, new TrainingSchedule(config).Sigmas(config), steps);
        var plan = new SamplingStep[steps];
        for (var i = 0; i < steps; i++)
        {
            plan[i] = Step(config.PredictionType, grid.Timesteps[i], grid.Sigmas.AsSpan(0, i + 2), config.Order);
        }

        return new SamplingPlan([.. plan]) { Start = grid.Start };
    }

    /// <summary>A step to the last of some noise levels, through the slopes at the levels before it.</summary>
    internal static SamplingStep Step(Prediction prediction, double timestep, ReadOnlySpan<double> sigmas, int order)
    {
        var nodes = sigmas[Math.Max(0, sigmas.Length - 1 - order)..^1].ToArray();
        Array.Reverse(nodes);
        var (from, to) = (NoiseLevel.OfSigma(sigmas[^2]), NoiseLevel.OfSigma(sigmas[^1]));
        var (sample, output) = TrainingSchedule.Noise(prediction, from);
        var weights = LagrangeWeights.Over(nodes, sigmas[^2], sigmas[^1], static _ => 1);
        return TrainingSchedule.Call(prediction, timestep, from, to) with
        {
            EstimateSample = sample,
            EstimateOutput = output,
            Sample = to.Signal / from.Signal,
            Estimates = [.. weights.Select(weight => to.Signal * weight)],
        };
    }
}
