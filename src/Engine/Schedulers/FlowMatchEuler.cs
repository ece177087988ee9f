namespace Ranking.Engine.Schedulers;

/// <summary>
/// Euler steps along the velocity field of a rectified flow (arXiv:2209.03003, arXiv:2210.02747): the sample is
/// (1-σ)·clean + σ·noise and the network answers noise - clean.
/// </summary>
[Entry("flow-match-euler", "Flow-match Euler", Summary = "Straight steps along the velocity of a rectified flow.", Source = "arXiv:2209.03003")]
public sealed class FlowMatchEuler : Scheduler<FlowMatchEuler.Config>
{
    /// <summary>The members of <c>scheduler_config.json</c> that it reads.</summary>
    public sealed record Config : SchedulerConfig
    {
        /// <summary>Moves the steps towards the noisy end when above 1 (arXiv:2403.03206).</summary>
        public double Shift { get; init; } = 1;

        /// <summary>Whether the shift is <see cref="Mu"/>, chosen by the size of the picture.</summary>
        public bool UseDynamicShifting { get; init; }

        /// <summary>The shift by size, as a logarithm where <see cref="TimeShiftType"/> is exponential.</summary>
        public double? Mu { get; init; }

        /// <summary>How <see cref="Mu"/> is applied: <c>exponential</c> or <c>linear</c>.</summary>
        public string TimeShiftType { get; init; } = "exponential";

        /// <summary>The noise level of the last network call, by stretching; null where it is as it comes.</summary>
        public double? ShiftTerminal { get; init; }

        /// <summary>Equal steps in σ^(1/7).</summary>
        public bool UseKarrasSigmas { get; init; }

        /// <summary>Equal steps in log σ.</summary>
        public bool UseExponentialSigmas { get; init; }

        /// <summary>Whether the noise is drawn anew in every step.</summary>
        public bool StochasticSampling { get; init; }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names { get; } = ["FlowMatchEulerDiscreteScheduler"];

    /// <inheritdoc/>
    public override bool IsFlow => true;

    /// <inheritdoc/>
    protected override SamplingPlan Plan(Config config, int steps)
    {
        Refuse(config.UseDynamicShifting && config.Mu is null, "dynamic shifting without mu");
        var sigmas = Sigmas(config, steps);
        var plan = new SamplingStep[steps];
        for (var i = 0; i < steps; i++)
        {
            var (sigma, next) = (sigmas[i], sigmas[i + 1]);
            plan[i] = new SamplingStep
            {
                Timestep = sigma * config.NumTrainTimesteps,
                From = new NoiseLevel(1 - sigma, sigma),
                To = new NoiseLevel(1 - next, next),
                CleanSample = 1,
                CleanOutput = -sigma,
                Sample = config.StochasticSampling ? 1 - next : 1,
                Output = config.StochasticSampling ? -(1 - next) * sigma : next - sigma,
                Draw = config.StochasticSampling ? next : 0,
            };
        }

        return new SamplingPlan([.. plan]);
    }

    /// <summary>The noise levels of the calls, and the one where the run ends.</summary>
    internal static double[] Sigmas(Config config, int steps) => config.Sigmas ?? [.. Spread(config, steps), 0];

    private static double[] Spread(Config config, int steps)
    {
        if (config.Timesteps is { } own)
        {
            return Array.ConvertAll(own, t => (double)t / config.NumTrainTimesteps);
        }

        var smallest = 1.0 / config.NumTrainTimesteps;
        Func<double, double> shift = config switch
        {
            { UseDynamicShifting: false } => z => config.Shift * z / (1 + ((config.Shift - 1) * z)),
            { TimeShiftType: "linear", Mu: { } mu } => z => mu / (mu + ((1 / z) - 1)),
            { Mu: { } mu } => z => Math.Exp(mu) / (Math.Exp(mu) + ((1 / z) - 1)),
            _ => z => z,
        };
        var sigmas = NoiseLadder.Linear(1, config.UseDynamicShifting ? smallest : shift(smallest), steps);
        sigmas = Array.ConvertAll(sigmas, z => shift(z));
        if (config.ShiftTerminal is { } terminal)
        {
            var stretch = (1 - sigmas[^1]) / (1 - terminal);
            sigmas = Array.ConvertAll(sigmas, sigma => 1 - ((1 - sigma) / stretch));
        }

        return config.UseKarrasSigmas ? NoiseLadder.Karras(sigmas[0], sigmas[^1], steps)
            : config.UseExponentialSigmas ? NoiseLadder.Exponential(sigmas[0], sigmas[^1], steps)
            : sigmas;
    }
}
