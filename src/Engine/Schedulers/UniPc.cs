namespace Ranking.Engine.Schedulers;

/// <summary>
/// UniPC (arXiv:2302.04867): a multistep predictor, and a corrector that uses the next call's answer to improve the
/// sample which that call started from, without calling again. Orders 1 to 3.
/// </summary>
[Entry("unipc", "UniPC", Summary = "One network call per step; each answer also corrects the step before.", Source = "arXiv:2302.04867")]
public sealed class UniPc : Scheduler<UniPc.Config>
{
    /// <summary>The members of <c>scheduler_config.json</c> that it reads.</summary>
    public sealed record Config : SolverConfig
    {
        /// <summary>Whether estimates are of the clean picture, else of the noise.</summary>
        [System.Text.Json.Serialization.JsonPropertyName("predict_x0")]
        public bool PredictX0 { get; init; } = true;

        /// <summary>B(h): <c>bh1</c>, h itself, or <c>bh2</c>, exp(h) - 1.</summary>
        public string SolverType { get; init; } = "bh2";

        /// <summary>Whether runs end with lower orders.</summary>
        public bool LowerOrderFinal { get; init; } = true;

        /// <summary>Steps whose result is not corrected.</summary>
        public int[] DisableCorrector { get; init; } = [];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names { get; } = ["UniPCMultistepScheduler"];

    /// <inheritdoc/>
    protected override SamplingPlan Plan(Config config, int steps)
    {
        Refuse(config.SolverOrder is < 1 or > 3, $"solver_order {config.SolverOrder}");
        Refuse(config.SolverType is not ("bh1" or "bh2"), $"solver_type {config.SolverType}");
        var grid = SolverGrid.Of(config, steps, config.FinalSigmasType == "zero" ? 0 : null);
        var (levels, calls) = (grid.Levels, grid.Timesteps.Length);
        var plan = new SamplingStep[calls];
        var (order, predicted) = (1, Array.Empty<double>());
        for (var i = 0; i < calls; i++)
        {
            // What the corrector changes in the sample, as weights of the estimates: newest first, this call's included.
            double[] correction = [];
            if (i > 0 && !config.DisableCorrector.Contains(i - 1))
            {
                correction = Correct(config, levels, i - 1, order);
                for (var j = 0; j < predicted.Length; j++)
                {
                    correction[j + 1] -= predicted[j];
                }
            }

            order = Math.Min(Math.Min(config.SolverOrder, config.LowerOrderFinal ? calls - i : calls), i + 1);
            var (from, to) = (levels[i], levels[i + 1]);
            predicted = Predict(config, levels, i, to.Noise == 0 || from == to ? 1 : order);
            var step = new ExponentialStep(from, to, config.PredictX0);
            var (sample, output) = config.PredictX0 ? TrainingSchedule.Clean(config.PredictionType, from) : TrainingSchedule.Noise(config.PredictionType, from);
            var weights = new double[Math.Max(correction.Length, predicted.Length)];
            for (var j = 0; j < weights.Length; j++)
            {
                weights[j] = (j < predicted.Length ? predicted[j] : 0) + (j < correction.Length ? step.Sample * correction[j] : 0);
            }

            plan[i] = TrainingSchedule.Call(config.PredictionType, grid.Timesteps[i], from, to) with
            {
                EstimateSample = sample,
                EstimateOutput = output,
                Sample = step.Sample,
                Estimates = [.. weights],
            };
        }

        return new SamplingPlan([.. plan]);
    }

    // The weights of the estimates of calls i, i-1, … in the step from i to i+1.
    private static double[] Predict(Config config, NoiseLevel[] levels, int i, int order)
    {
        var step = new ExponentialStep(levels[i], levels[i + 1], config.PredictX0);
        var weights = new double[order];
        weights[0] = step.Zeroth;
        if (order > 1)
        {
            var (ratios, right) = Moments(config, levels, i, order, step);
            Spread(weights, order == 2 ? [0.5] : Solve(ratios[..(order - 1)], right), ratios, Growth(config, step));
        }

        return weights;
    }

    // The weights of the estimates of calls i+1, i, i-1, … in the corrected step from i to i+1.
    private static double[] Correct(Config config, NoiseLevel[] levels, int i, int order)
    {
        var step = new ExponentialStep(levels[i], levels[i + 1], config.PredictX0);
        var (ratios, right) = Moments(config, levels, i, order, step);
        var shares = order == 1 ? [0.5] : Solve(ratios, right);
        var growth = Growth(config, step);
        var weights = new double[order];
        weights[0] = step.Zeroth + (growth * shares[^1]);
        Spread(weights, shares[..^1], ratios, growth);
        return [-growth * shares[^1], .. weights];
    }

    // Adds -factor·B(h)·Σ shareⱼ·(eⱼ - e₀)/ratioⱼ.
    private static void Spread(double[] weights, double[] shares, double[] ratios, double growth)
    {
        for (var j = 0; j < shares.Length; j++)
        {
            weights[j + 1] -= growth * shares[j] / ratios[j];
            weights[0] += growth * shares[j] / ratios[j];
        }
    }

    // factor·B(h).
    private static double Growth(Config config, ExponentialStep step) =>
        config.SolverType == "bh1" ? step.Factor * step.Exponent : -step.Zeroth;

    // Where earlier calls lie, in steps from call i, with 1 for call i+1 last; and the right-hand sides k!·φ(k+1)/B(h).
    private static (double[] Ratios, double[] Right) Moments(Config config, NoiseLevel[] levels, int i, int order, ExponentialStep step)
    {
        var g = step.Exponent;
        var (ratios, right) = (new double[order], new double[order]);
        var growth = Growth(config, step) / step.Factor;
        var (phi, factorial) = (((Math.Exp(g) - 1) / g) - 1, 1.0);
        for (var k = 0; k < order; k++)
        {
            ratios[k] = k + 1 < order ? (levels[i - k - 1].Lambda - levels[i].Lambda) / step.Length : 1;
            right[k] = phi * factorial / growth;
            factorial *= k + 2;
            phi = (phi / g) - (1 / factorial);
        }

        return (ratios, right);
    }

    // Σⱼ xⱼ·ratioⱼ^k = right[k], by Gaussian elimination with pivoting.
    private static double[] Solve(double[] ratios, double[] right)
    {
        var n = ratios.Length;
        var rows = Enumerable.Range(0, n).Select(k => (double[])[.. ratios.Select(ratio => Math.Pow(ratio, k)), right[k]]).ToArray();
        for (var pivot = 0; pivot < n; pivot++)
        {
            var best = Enumerable.Range(pivot, n - pivot).MaxBy(row => Math.Abs(rows[row][pivot]));
            (rows[pivot], rows[best]) = (rows[best], rows[pivot]);
            foreach (var row in rows.Where(row => row != rows[pivot]))
            {
                var share = row[pivot] / rows[pivot][pivot];
                for (var column = 0; column <= n; column++)
                {
                    row[column] -= share * rows[pivot][column];
                }
            }
        }

        return [.. rows.Select((row, k) => row[n] / row[k])];
    }
}
