namespace Ranking.Engine.Schedulers;

/// <summary>
/// The singlestep forms of DPM-Solver (arXiv:2206.00927) and DPM-Solver++ (arXiv:2211.01095) of orders 1 to 3: calls
/// come in blocks of as many as the order, and each call of a block steps from the block's start with all estimates of
/// the block. Order 2 on two calls is DPM-Solver++ 2S.
/// </summary>
[Entry("dpm-solver-singlestep", "DPM-Solver++ 2S", Summary = "Second order without a look back beyond a block of two calls.", Source = "arXiv:2211.01095")]
public sealed class DpmSolverSinglestep : Scheduler<DpmSolverSinglestep.Config>
{
    /// <summary>The members of <c>scheduler_config.json</c> that it reads.</summary>
    public sealed record Config : SolverConfig
    {
        /// <summary><c>dpmsolver++</c> or <c>dpmsolver</c>.</summary>
        public string AlgorithmType { get; init; } = "dpmsolver++";

        /// <summary>The second-order weight: <c>midpoint</c> or <c>heun</c>.</summary>
        public string SolverType { get; init; } = "midpoint";

        /// <summary>Whether runs end with lower orders; they must where the number of calls is no multiple of the order.</summary>
        public bool LowerOrderFinal { get; init; }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names { get; } = ["DPMSolverSinglestepScheduler"];

    /// <inheritdoc/>
    protected override SamplingPlan Plan(Config config, int steps)
    {
        Refuse(config.SolverOrder is < 1 or > 3, $"solver_order {config.SolverOrder}");
        Refuse(config.AlgorithmType is not ("dpmsolver++" or "dpmsolver"), $"algorithm_type {config.AlgorithmType}");
        Refuse(config.SolverType is not ("midpoint" or "heun"), $"solver_type {config.SolverType}");
        var isClean = config.AlgorithmType == "dpmsolver++";
        var grid = SolverGrid.Of(config, steps, config.FinalSigmasType == "zero" ? 0 : null);
        var orders = Orders(config, grid.Timesteps.Length);
        var plan = new SamplingStep[orders.Length];
        var (before, weights) = (1.0, Array.Empty<double>());
        for (var i = 0; i < plan.Length; i++)
        {
            var (from, to) = (grid.Levels[i], grid.Levels[i + 1]);
            var (sample, output) = isClean ? TrainingSchedule.Clean(config.PredictionType, from) : TrainingSchedule.Noise(config.PredictionType, from);
            var start = i + 1 - orders[i];
            var step = new ExponentialStep(grid.Levels[start], to, isClean);
            if (orders[i] == 1)
            {
                (before, weights) = (1, []);
            }

            // The block's start is what the call before made of it, undone.
            var next = Weights(config, grid.Levels, start, i, step);
            var back = step.Sample / before;
            plan[i] = TrainingSchedule.Call(config.PredictionType, grid.Timesteps[i], from, to) with
            {
                EstimateSample = sample,
                EstimateOutput = output,
                Sample = back,
                Estimates = [next[0], .. weights.Select((weight, j) => next[j + 1] - (back * weight))],
            };
            (before, weights) = (step.Sample, next);
        }

        return new SamplingPlan([.. plan]);
    }

    private static int[] Orders(Config config, int calls)
    {
        var order = config.SolverOrder;
        var endsLow = config.LowerOrderFinal || calls % order != 0;
        var orders = Enumerable.Range(0, calls).Select(i => (i % order) + 1).ToArray();
        if (endsLow && order > 1 && calls % order == 0)
        {
            // A last block of three becomes 1, 2, 1 and a last block of two 1, 1.
            orders[^1] = 1;
        }

        if (config.FinalSigmasType == "zero")
        {
            orders[^1] = 1;
        }

        return orders;
    }

    // The weights of the block's estimates, the newest first, for a step from the block's start.
    private static double[] Weights(Config config, NoiseLevel[] levels, int start, int i, ExponentialStep step)
    {
        double Share(int call) => (levels[call].Lambda - levels[start].Lambda) / step.Length;
        if (i == start)
        {
            return [step.Zeroth];
        }

        var r0 = Share(i);
        if (i == start + 1)
        {
            var slope = (config.SolverType == "midpoint" ? step.Zeroth / 2 : step.First) / r0;
            return [slope, step.Zeroth - slope];
        }

        if (config.SolverType == "midpoint")
        {
            return [step.First / r0, 0, step.Zeroth - (step.First / r0)];
        }

        var r1 = Share(i - 1);
        var newest = ((-r1 * step.First) + (2 * step.Second)) / (r0 - r1) / r0;
        var middle = ((r0 * step.First) - (2 * step.Second)) / (r0 - r1) / r1;
        return [newest, middle, step.Zeroth - newest - middle];
    }
}
