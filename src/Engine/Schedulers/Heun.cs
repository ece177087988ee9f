namespace Ranking.Engine.Schedulers;

/// <summary>
/// Heun's method in σ (arXiv:2206.00364, algorithm 1): an Euler step, a second call at its end, and the mean of both
/// slopes. The last step, to no noise, is Euler's.
/// </summary>
[Entry("heun", "Heun", Summary = "Two network calls per step, second order.", Source = "arXiv:2206.00364")]
public sealed class Heun : Scheduler<Heun.Config>
{
    /// <summary>The members of <c>scheduler_config.json</c> that it reads.</summary>
    public sealed record Config : SigmaConfig
    {
        /// <summary>Whether the estimate of the clean picture is clipped.</summary>
        public bool ClipSample { get; init; }

        /// <summary>The bound of the clipping.</summary>
        public double ClipSampleRange { get; init; } = 1;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names { get; } = ["HeunDiscreteScheduler"];

    /// <inheritdoc/>
    protected override SamplingPlan Plan(Config config, int steps)
    {
        var table = new TrainingSchedule(config).Sigmas(config);
        var grid = SigmaGrid.Of(config, table, steps);
        var plan = new List<SamplingStep>();
        for (var i = 0; i < steps; i++)
        {
            var (sigma, next) = (grid.Sigmas[i], grid.Sigmas[i + 1]);
            var to = NoiseLevel.OfSigma(next);
            plan.Add(Call(config, grid.Timesteps[i], sigma, to) with
            {
                Sample = to.Signal / NoiseLevel.OfSigma(sigma).Signal * next / sigma,
                Estimates = [to.Signal * (1 - (next / sigma))],
            });
            if (next > 0)
            {
                // The two slopes at the end of the Euler step differ by the difference of the estimates over σ.
                var half = to.Signal * (next - sigma) / (2 * next);
                var timestep = i + 1 < steps ? grid.Timesteps[i + 1] : NoiseLadder.TimeOf(next, table);
                plan.Add(Call(config, timestep, next, to) with { Sample = 1, Estimates = [-half, half] });
            }
        }

        return new SamplingPlan([.. plan]) { Start = grid.Start };
    }

    private static SamplingStep Call(Config config, double timestep, double sigma, NoiseLevel to)
    {
        var call = TrainingSchedule.Call(config.PredictionType, timestep, NoiseLevel.OfSigma(sigma), to);
        return call with
        {
            EstimateSample = call.CleanSample,
            EstimateOutput = call.CleanOutput,
            EstimateBound = config.ClipSample ? config.ClipSampleRange : double.PositiveInfinity,
        };
    }
}
