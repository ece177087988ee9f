namespace Ranking.Engine.Schedulers;

/// <summary>
/// The multistep forms of DPM-Solver (arXiv:2206.00927) and DPM-Solver++ (arXiv:2211.01095) of orders 1 to 3: exact in
/// the linear part of the equation, a polynomial through earlier estimates in the rest. DPM-Solver++ 2M, the default,
/// estimates the clean picture; DPM-Solver the noise. Its third-order form is the published one, whose measured order is 2.
/// </summary>
[Entry("dpm-solver-multistep", "DPM-Solver++ 2M", Summary = "One network call per step, second order by looking one step back.", Source = "arXiv:2211.01095")]
public sealed class DpmSolverMultistep : Scheduler<DpmSolverMultistep.Config>
{
    /// <summary>The members of <c>scheduler_config.json</c> that it reads.</summary>
    public sealed record Config : SolverConfig
    {
        /// <summary><c>dpmsolver++</c>, <c>dpmsolver</c>, or <c>sde-dpmsolver++</c>, which draws fresh noise.</summary>
        public string AlgorithmType { get; init; } = "dpmsolver++";

        /// <summary>The second-order weight: <c>midpoint</c> or <c>heun</c>.</summary>
        public string SolverType { get; init; } = "midpoint";

        /// <summary>Whether runs of fewer than 15 steps end with lower orders.</summary>
        public bool LowerOrderFinal { get; init; } = true;

        /// <summary>Whether the last step is always of first order.</summary>
        public bool EulerAtFinal { get; init; }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names { get; } = ["DPMSolverMultistepScheduler"];

    /// <inheritdoc/>
    protected override SamplingPlan Plan(Config config, int steps)
    {
        if (config.AlgorithmType == "sde-dpmsolver++")
        {
            return DpmSolverSdeMultistep.PlanOf(config, steps);
        }

        Refuse(config.SolverOrder is < 1 or > 3, $"solver_order {config.SolverOrder}");
        Refuse(config.AlgorithmType is not ("dpmsolver++" or "dpmsolver"), $"algorithm_type {config.AlgorithmType}");
        Refuse(config.SolverType is not ("midpoint" or "heun"), $"solver_type {config.SolverType}");
        var isClean = config.AlgorithmType == "dpmsolver++";
        var grid = Grid(config, steps);
        var plan = new SamplingStep[grid.Timesteps.Length];
        for (var i = 0; i < plan.Length; i++)
        {
            var (from, to) = (grid.Levels[i], grid.Levels[i + 1]);
            var (sample, output) = isClean ? TrainingSchedule.Clean(config.PredictionType, from) : TrainingSchedule.Noise(config.PredictionType, from);
            plan[i] = TrainingSchedule.Call(config.PredictionType, grid.Timesteps[i], from, to) with
            {
                EstimateSample = sample,
                EstimateOutput = output,
                Sample = new ExponentialStep(from, to, isClean).Sample,
                Estimates = [.. Weights(config, grid.Levels, i, Order(config, i, plan.Length), isClean)],
            };
        }

        return new SamplingPlan([.. plan]);
    }

    internal static SolverGrid Grid(Config config, int steps) =>
        SolverGrid.Of(config, steps, config.FinalSigmasType == "zero" ? 0 : null, roundsCosine: false);

    internal static int Order(Config config, int i, int steps)
    {
        var fewSteps = config.LowerOrderFinal && steps < 15;
        var order = Math.Min(config.SolverOrder, i + 1);
        return i == steps - 1 && (config.EulerAtFinal || fewSteps || config.FinalSigmasType == "zero") ? 1
            : i == steps - 2 && fewSteps ? Math.Min(order, 2)
            : order;
    }

    // The weights of the present and of earlier estimates.
    private static double[] Weights(Config config, NoiseLevel[] levels, int i, int order, bool isClean)
    {
        var step = new ExponentialStep(levels[i], levels[i + 1], isClean);
        if (order == 1)
        {
            return [step.Zeroth];
        }

        var (h, h0) = (step.Length, levels[i].Lambda - levels[i - 1].Lambda);
        var slope = order == 2 && config.SolverType == "midpoint" ? step.Zeroth / 2 : step.First;
        if (order == 2)
        {
            return [step.Zeroth + (slope * h / h0), -slope * h / h0];
        }

        var h1 = levels[i - 1].Lambda - levels[i - 2].Lambda;
        var older = ((slope * h0) + (step.Second * h)) / (h0 + h1);
        var newer = slope + older;
        return [step.Zeroth + (newer * h / h0), -(newer * h / h0) - (older * h / h1), older * h / h1];
    }
}
