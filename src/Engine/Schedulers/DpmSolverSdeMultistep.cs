namespace Ranking.Engine.Schedulers;

/// <summary>
/// The multistep form of DPM-Solver++ for the reverse-time stochastic equation (arXiv:2211.01095, section 5): orders 1
/// and 2, fresh noise in every step.
/// </summary>
[Entry("dpm-solver-sde-multistep", "DPM-Solver++ SDE 2M", Summary = "One network call per step, second order, fresh noise in every step.", Source = "arXiv:2211.01095")]
public sealed class DpmSolverSdeMultistep : Scheduler<DpmSolverMultistep.Config>
{
    /// <inheritdoc/>
    /// <remarks>None: files ask for it as <see cref="DpmSolverMultistep"/> with an <c>algorithm_type</c> of its own.</remarks>
    public override IReadOnlyList<string> Names { get; } = [];

    /// <inheritdoc/>
    public override bool IsStochastic => true;

    /// <inheritdoc/>
    protected override SamplingPlan Plan(DpmSolverMultistep.Config config, int steps) => PlanOf(config, steps);

    internal static SamplingPlan PlanOf(DpmSolverMultistep.Config config, int steps)
    {
        Refuse(config.SolverOrder is < 1 or > 2, $"solver_order {config.SolverOrder}");
        Refuse(config.SolverType is not ("midpoint" or "heun"), $"solver_type {config.SolverType}");
        var grid = DpmSolverMultistep.Grid(config, steps);
        var plan = new SamplingStep[grid.Timesteps.Length];
        for (var i = 0; i < plan.Length; i++)
        {
            plan[i] = Step(config, grid, i, DpmSolverMultistep.Order(config, i, plan.Length));
        }

        return new SamplingPlan([.. plan]);
    }

    private static SamplingStep Step(DpmSolverMultistep.Config config, SolverGrid grid, int i, int order)
    {
        var (from, to) = (grid.Levels[i], grid.Levels[i + 1]);
        var (sample, output) = TrainingSchedule.Clean(config.PredictionType, from);

        // exp(-h) = σ(to)/σ(from): 0 where the last step removes all noise.
        var decay = to.Sigma / from.Sigma;
        var zeroth = to.Signal * (1 - (decay * decay));
        double[] weights = [zeroth];
        if (order == 2)
        {
            var h = to.Lambda - from.Lambda;
            var slope = config.SolverType == "midpoint" ? zeroth / 2 : to.Signal * (1 - ((1 - (decay * decay)) / (2 * h)));
            var ratio = (from.Lambda - grid.Levels[i - 1].Lambda) / h;
            weights = [zeroth + (slope / ratio), -slope / ratio];
        }

        return TrainingSchedule.Call(config.PredictionType, grid.Timesteps[i], from, to) with
        {
            EstimateSample = sample,
            EstimateOutput = output,
            Sample = to.Noise / from.Noise * decay,
            Estimates = [.. weights],
            Draw = to.Noise * Math.Sqrt(1 - (decay * decay)),
        };
    }
}
