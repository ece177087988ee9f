using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// NAdam: Adam that looks ahead as Nesterov's momentum does, with a momentum that grows to β₁:
/// μₜ = β₁(1 - ½·0.96^(tψ)); x ← x - η [ (1-μₜ)/(1-Πμ) g + μₜ₊₁/(1-μₜ₊₁Πμ) m ] / (√v̂ + ε).
/// </summary>
[Entry("nadam", "NAdam",
    Summary = "Adam with Nesterov's look ahead: the present gradient counts more than its running mean would let it.",
    Formula = "x ← x − η (a g + b m)/(√v̂ + ε)",
    Source = "Dozat: Incorporating Nesterov Momentum into Adam, ICLR workshop 2016")]
public sealed class NAdam : AdamMethod<NAdam.Settings>
{
    private const double LogOf096 = -0.04082199452025517;

    /// <summary>The settings of NAdam.</summary>
    public sealed record Settings : AdamSettings
    {
        /// <summary>ψ.</summary>
        [Range(0.0, 1.0), Advanced, Display(Name = "Momentum warm-up", Description = "How fast, ψ, the momentum grows from half of β₁ to β₁.")]
        public double MomentumDecay { get; init; } = 0.004;
    }

    /// <inheritdoc/>
    protected override AdamState Begin(Context<Settings> context)
    {
        // The product of the momenta so far.
        var state = AdamState.At(context.Problem.Origin(), 1);
        state.Kept[0] = 1;
        return state;
    }

    /// <inheritdoc/>
    protected override void Move(Settings settings, AdamState state, AdamState next, ReadOnlySpan<double> gradient)
    {
        var (momentum, coming) = (Momentum(settings, next.Steps), Momentum(settings, next.Steps + 1));
        next.Kept[0] = state.Kept[0] * momentum;
        var ofGradient = settings.StepSize * (1 - momentum) / (1 - next.Kept[0]);
        var ofMean = settings.StepSize * coming / (1 - (next.Kept[0] * coming));
        for (var i = 0; i < gradient.Length; i++)
        {
            var scale = Math.Sqrt(next.Square[i] / (1 - next.Power2)) + settings.Epsilon;
            next.Centre[i] = state.Centre[i] - (((ofGradient * gradient[i]) + (ofMean * next.Mean[i])) / scale);
        }
    }

    private static double Momentum(Settings settings, int step) =>
        settings.Beta1 * (1 - (0.5 * Exponential.Of(LogOf096 * step * settings.MomentumDecay)));
}
