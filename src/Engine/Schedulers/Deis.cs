namespace Ranking.Engine.Schedulers;

/// <summary>
/// DEIS (arXiv:2204.13902): the exponential integrator with the noise extrapolated by a polynomial through up to four
/// answers. With ρ = noise/signal and y = sample/signal a step is y + ∫ noise dρ. Here the polynomial is one in log ρ,
/// the form of published implementations.
/// </summary>
[Entry("deis", "DEIS", Summary = "One network call per step, the noise extrapolated in log σ.", Source = "arXiv:2204.13902")]
public sealed class Deis : Scheduler<Deis.Config>
{
    /// <summary>The members of <c>scheduler_config.json</c> that it reads.</summary>
    public sealed record Config : SolverConfig
    {
        /// <summary>Whether runs of fewer than 15 steps end with lower orders.</summary>
        public bool LowerOrderFinal { get; init; } = true;

        /// <summary>The variable of the polynomial: <c>logrho</c>; other forms are samplers of their own.</summary>
        public string SolverType { get; init; } = "logrho";
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names { get; } = ["DEISMultistepScheduler"];

    /// <inheritdoc/>
    protected override SamplingPlan Plan(Config config, int steps) => PlanOf(config, steps, (grid, i, nodes) =>
    {
        var logs = Array.ConvertAll(nodes, call => Math.Log(grid.Levels[call].Sigma));
        return LagrangeWeights.Over(logs, logs[0], Math.Log(grid.Levels[i + 1].Sigma), Math.Exp);
    });

    /// <summary>The plan of a form of DEIS.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="steps">Calls.</param>
    /// <param name="weights">For a grid, a call and the calls whose answers are used, newest first: ∫ of each one's polynomial dρ.</param>
    internal static SamplingPlan PlanOf(Config config, int steps, Func<SolverGrid, int, int[], double[]> weights)
    {
        Refuse(config.SolverOrder is < 1 or > 4, $"solver_order {config.SolverOrder}");
        Refuse(config.SolverType is not "logrho", $"solver_type {config.SolverType}");
        var grid = SolverGrid.Of(config, steps, final: null);
        var calls = grid.Timesteps.Length;
        var plan = new SamplingStep[calls];
        for (var i = 0; i < calls; i++)
        {
            var order = Math.Min(Math.Min(config.SolverOrder, i + 1), config.LowerOrderFinal && calls < 15 ? calls - i : calls);
            var (from, to) = (grid.Levels[i], grid.Levels[i + 1]);
            var (sample, output) = TrainingSchedule.Noise(config.PredictionType, from);
            var shares = weights(grid, i, [.. Enumerable.Range(0, order).Select(j => i - j)]);
            plan[i] = TrainingSchedule.Call(config.PredictionType, grid.Timesteps[i], from, to) with
            {
                EstimateSample = sample,
                EstimateOutput = output,
                Sample = to.Signal / from.Signal,
                Estimates = [.. shares.Select(share => to.Signal * share)],
            };
        }

        return new SamplingPlan([.. plan]);
    }
}
