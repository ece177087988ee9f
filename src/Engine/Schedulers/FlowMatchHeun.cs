namespace Ranking.Engine.Schedulers;

/// <summary>
/// Heun's method along the velocity field of a rectified flow (arXiv:2209.03003, with the correction of
/// arXiv:2206.00364): an Euler step, a second call at its end, and the mean of both velocities.
/// </summary>
[Entry("flow-match-heun", "Flow-match Heun", Summary = "Two network calls per step along the velocity of a rectified flow, second order.", Source = "arXiv:2209.03003")]
public sealed class FlowMatchHeun : Scheduler<FlowMatchEuler.Config>
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Names { get; } = ["FlowMatchHeunDiscreteScheduler"];

    /// <inheritdoc/>
    public override bool IsFlow => true;

    /// <inheritdoc/>
    protected override SamplingPlan Plan(FlowMatchEuler.Config config, int steps)
    {
        Refuse(config.UseDynamicShifting && config.Mu is null, "dynamic shifting without mu");
        Refuse(config.StochasticSampling, "stochastic_sampling");
        var sigmas = FlowMatchEuler.Sigmas(config, steps);
        var plan = new List<SamplingStep>();
        for (var i = 0; i < steps; i++)
        {
            var next = sigmas[i + 1];
            var length = next - sigmas[i];
            plan.Add(Call(config, sigmas[i], next) with { EstimateOutput = 1, Sample = 1, Estimates = [length] });
            if (next > 0)
            {
                plan.Add(Call(config, next, next) with { EstimateOutput = 1, Sample = 1, Estimates = [length / 2, -length / 2] });
            }
        }

        return new SamplingPlan([.. plan]);
    }

    private static SamplingStep Call(FlowMatchEuler.Config config, double sigma, double next) => new()
    {
        Timestep = sigma * config.NumTrainTimesteps,
        From = new NoiseLevel(1 - sigma, sigma),
        To = new NoiseLevel(1 - next, next),
        CleanSample = 1,
        CleanOutput = -sigma,
    };
}
