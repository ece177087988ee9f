namespace Ranking.Engine.Schedulers;

/// <summary>
/// The multistep forms of DPM-Solver (arXiv:2206.00927) and DPM-Solver++ (arXiv:2211.01095) of orders 1 to 3: exact in
/// the linear part of the equation, a polynomial through earlier estimates in the rest. DPM-Solver++ 2M, the default,
/// estimates the clean picture; DPM-Solver the noise.
/// </summary>
[Entry("dpm-solver-multistep", "DPM-Solver++ 2M", Summary = "One network call per step, second order by looking one step back.", Source = "arXiv:2211.01095")]
public sealed class DpmSolverMultistep : Scheduler<DpmSolverMultistep.Config>
{
    /// <summary>The members of <c>scheduler_config.json</c> that it reads.</summary>
    public sealed record Config : TrainingConfig
    {
        /// <summary>1, 2 or 3.</summary>
        public int SolverOrder { get; init; } = 2;

        /// <summary><c>dpmsolver++</c> or <c>dpmsolver</c>.</summary>
        public string AlgorithmType { get; init; } = "dpmsolver++";

        /// <summary>The second-order weight: <c>midpoint</c> or <c>heun</c>.</summary>
        public string SolverType { get; init; } = "midpoint";

        /// <summary>Whether runs of fewer than 15 steps end with lower orders.</summary>
        public bool LowerOrderFinal { get; init; } = true;

        /// <summary>Whether the last step is always of first order.</summary>
        public bool EulerAtFinal { get; init; }

        /// <summary>Equal steps in σ^(1/7).</summary>
        public bool UseKarrasSigmas { get; init; }

        /// <summary>Equal steps in log σ; timesteps truncated.</summary>
        public bool UseExponentialSigmas { get; init; }

        /// <summary>Equal steps in log σ; timesteps rounded.</summary>
        public bool UseLuLambdas { get; init; }

        /// <summary>Where the last step ends: <c>zero</c>, or <c>sigma_min</c>, the noise of timestep 0.</summary>
        public string FinalSigmasType { get; init; } = "zero";

        /// <summary>Timesteps with log(signal/noise) below this are left out; null for all.</summary>
        public double? LambdaMinClipped { get; init; }

        /// <summary>How timesteps are spread.</summary>
        public TimestepSpacing TimestepSpacing { get; init; } = TimestepSpacing.Linspace;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names { get; } = ["DPMSolverMultistepScheduler"];

    /// <inheritdoc/>
    protected override SamplingPlan Plan(Config config, int steps)
    {
        Refuse(config.SolverOrder is < 1 or > 3, $"solver_order {config.SolverOrder}");
        Refuse(config.AlgorithmType is not ("dpmsolver++" or "dpmsolver"), $"algorithm_type {config.AlgorithmType}");
        Refuse(config.SolverType is not ("midpoint" or "heun"), $"solver_type {config.SolverType}");
        var table = SigmaTable(config);
        var timesteps = Timesteps(config, table, steps);
        var sigmas = Sigmas(config, table, timesteps);
        var last = config.FinalSigmasType == "zero" ? 0 : table[0];
        var levels = Array.ConvertAll([.. sigmas, last], Level);
        var plan = new SamplingStep[sigmas.Length];
        for (var i = 0; i < plan.Length; i++)
        {
            plan[i] = Step(config, timesteps[i], levels, i, Order(config, i, plan.Length));
        }

        return new SamplingPlan([.. plan]);
    }

    private static NoiseLevel Level(double sigma)
    {
        var signal = 1 / Math.Sqrt((sigma * sigma) + 1);
        return new NoiseLevel(signal, sigma * signal);
    }

    // σ by training timestep, rising.
    private static double[] SigmaTable(Config config)
    {
        var alphas = new TrainingSchedule(config).AlphasCumprod;
        if (config.RescaleBetasZeroSnr)
        {
            // Pure noise has no finite σ: the published solvers put a little signal there.
            alphas[^1] = 1.0 / (1 << 24);
        }

        return Array.ConvertAll(alphas, alpha => Math.Sqrt((1 - alpha) / alpha));
    }

    private static double[] Timesteps(Config config, double[] table, int steps)
    {
        var lambdaMin = config.LambdaMinClipped ?? double.NegativeInfinity;
        var count = table.Count(sigma => -Math.Log(sigma) >= lambdaMin);
        if (config.UseKarrasSigmas || config.UseExponentialSigmas || config.UseLuLambdas)
        {
            var rounds = !config.UseExponentialSigmas && config.BetaSchedule != BetaSchedule.SquaredcosCapV2;
            return Array.ConvertAll(Ladder(config, table, steps), sigma => Math.Truncate(rounds ? Math.Round(TimeOf(sigma, table)) : TimeOf(sigma, table)));
        }

        return config.TimestepSpacing switch
        {
            TimestepSpacing.Linspace => [.. Enumerable.Range(0, steps).Select(i => Math.Round((double)(count - 1) * (steps - i) / steps))],
            TimestepSpacing.Leading => [.. Enumerable.Range(0, steps).Select(i => (double)((steps - i) * (count / (steps + 1))) + config.StepsOffset)],
            _ => Trailing(count, (double)config.NumTrainTimesteps / steps),
        };
    }

    private static double[] Trailing(int count, double stride)
    {
        var timesteps = new double[(int)Math.Ceiling(count / stride)];
        for (var i = 0; i < timesteps.Length; i++)
        {
            timesteps[i] = Math.Round(count - (i * stride)) - 1;
        }

        return timesteps;
    }

    private static double[] Sigmas(Config config, double[] table, double[] timesteps) =>
        config.UseKarrasSigmas || config.UseExponentialSigmas || config.UseLuLambdas
            ? Ladder(config, table, timesteps.Length)
            : Array.ConvertAll(timesteps, t => table[Math.Clamp((int)t, 0, table.Length - 1)]);

    private static double[] Ladder(Config config, double[] table, int steps) => config.UseKarrasSigmas
        ? NoiseLadder.Karras(table[^1], table[0], steps)
        : NoiseLadder.Exponential(table[^1], table[0], steps);

    // The timestep of a noise level, by linear interpolation in log σ.
    private static double TimeOf(double sigma, double[] table)
    {
        var low = Math.Clamp(Array.FindLastIndex(table, entry => entry <= sigma), 0, table.Length - 2);
        var (below, above) = (Math.Log(table[low]), Math.Log(table[low + 1]));
        return low + Math.Clamp((Math.Log(sigma) - below) / (above - below), 0, 1);
    }

    private static int Order(Config config, int i, int steps)
    {
        var fewSteps = config.LowerOrderFinal && steps < 15;
        var order = Math.Min(config.SolverOrder, i + 1);
        return i == steps - 1 && (config.EulerAtFinal || fewSteps || config.FinalSigmasType == "zero") ? 1
            : i == steps - 2 && fewSteps ? Math.Min(order, 2)
            : order;
    }

    private static SamplingStep Step(Config config, double timestep, NoiseLevel[] levels, int i, int order)
    {
        var (from, to) = (levels[i], levels[i + 1]);
        var isPlusPlus = config.AlgorithmType == "dpmsolver++";
        var (sample, output) = isPlusPlus
            ? TrainingSchedule.Clean(config.PredictionType, from)
            : TrainingSchedule.Noise(config.PredictionType, from);
        return new SamplingStep
        {
            Timestep = timestep,
            From = from,
            To = to,
            EstimateSample = sample,
            EstimateOutput = output,
            Sample = isPlusPlus ? to.Noise / from.Noise : to.Signal / from.Signal,
            Estimates = [.. Weights(config, levels, i, order)],
        };
    }

    // The weights of the present and of earlier estimates. The two algorithms differ in the sign of h = λ(to) - λ(from)
    // and in whether the estimate comes in with the signal's or the noise's factor.
    private static double[] Weights(Config config, NoiseLevel[] levels, int i, int order)
    {
        var (from, to) = (levels[i], levels[i + 1]);
        var isPlusPlus = config.AlgorithmType == "dpmsolver++";
        var factor = isPlusPlus ? to.Signal : to.Noise;

        // factor·(1 - exp(±h)), written without the exponential: it stays finite where the last step removes all noise.
        var zeroth = factor - (isPlusPlus ? to.Noise * from.Signal / from.Noise : to.Signal * from.Noise / from.Signal);
        if (order == 1)
        {
            return [zeroth];
        }

        var h = Lambda(to) - Lambda(from);
        var g = isPlusPlus ? -h : h;
        var h0 = Lambda(from) - Lambda(levels[i - 1]);
        var slope = order == 2 && config.SolverType == "midpoint" ? zeroth / 2 : -factor * Phi2(g);
        if (order == 2)
        {
            return [zeroth + (slope * h / h0), -slope * h / h0];
        }

        var h1 = Lambda(levels[i - 1]) - Lambda(levels[i - 2]);
        var older = ((slope * h0) - (factor * Phi3(g) * h)) / (h0 + h1);
        var newer = slope + older;
        return [zeroth + (newer * h / h0), -(newer * h / h0) - (older * h / h1), older * h / h1];
    }

    private static double Lambda(NoiseLevel level) => Math.Log(level.Signal / level.Noise);

    // (exp(g) - 1)/g - 1; the first terms of its series where the quotient has lost its digits.
    private static double Phi2(double g) => Math.Abs(g) < 1e-5 ? (g / 2) + (g * g / 6) : ((Math.Exp(g) - 1) / g) - 1;

    // (exp(g) - 1 - g)/g² - 1/2.
    private static double Phi3(double g) => Math.Abs(g) < 1e-4 ? (g / 6) + (g * g / 24) : (Phi2(g) / g) - 0.5;
}
