namespace Ranking.Engine.Schedulers;

/// <summary>
/// Ancestral Euler steps of k-diffusion (github.com/crowsonkb/k-diffusion): a step below the next level of σ, and fresh
/// noise back up to it.
/// </summary>
[Entry("euler-ancestral", "Euler ancestral", Summary = "Euler steps with as much fresh noise as the ancestral sampler draws.", Source = "arXiv:2206.00364")]
public sealed class EulerAncestral : Scheduler<EulerAncestral.Config>
{
    /// <summary>The members of <c>scheduler_config.json</c> that it reads.</summary>
    public sealed record Config : SigmaConfig;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names { get; } = ["EulerAncestralDiscreteScheduler"];

    /// <inheritdoc/>
    public override bool IsStochastic => true;

    /// <inheritdoc/>
    protected override SamplingPlan Plan(Config config, int steps)
    {
        var grid = SigmaGrid.Of(config, new TrainingSchedule(config).Sigmas(config), steps);
        var plan = new SamplingStep[steps];
        for (var i = 0; i < steps; i++)
        {
            var (sigma, next) = (grid.Sigmas[i], grid.Sigmas[i + 1]);
            var (from, to) = (NoiseLevel.OfSigma(sigma), NoiseLevel.OfSigma(next));
            var fresh = next * Math.Sqrt(Math.Max(0, 1 - (next / sigma * (next / sigma))));
            var down = Math.Sqrt((next * next) - (fresh * fresh));
            var (noiseSample, noiseOutput) = TrainingSchedule.Noise(config.PredictionType, from);
            plan[i] = TrainingSchedule.Call(config.PredictionType, grid.Timesteps[i], from, to) with
            {
                Sample = to.Signal * ((1 / from.Signal) + ((down - sigma) * noiseSample)),
                Output = to.Signal * (down - sigma) * noiseOutput,
                Draw = to.Signal * fresh,
            };
        }

        return new SamplingPlan([.. plan]) { Start = grid.Start };
    }
}
