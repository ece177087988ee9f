using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>ZO-SGD with heavy-ball momentum: the step of <see cref="Sgd"/> along an estimated gradient.</summary>
[Entry("zo-sgd-momentum", "ZO-SGD with momentum",
    Summary = "Estimates the gradient from values nearby and keeps rolling in the direction it came from.",
    Source = "Zhang et al.: Revisiting Zeroth-Order Optimization for Memory-Efficient LLM Fine-Tuning, ICML 2024, arXiv 2402.11592")]
public sealed class ZoSgdMomentum : ZerothOrderMethod<ZoSgdMomentum.Settings, Sgd.State>
{
    /// <summary>The settings of ZO-SGD with momentum.</summary>
    public sealed record Settings : EstimateSettings
    {
        /// <summary>η.</summary>
        [Range(1e-10, 100.0), LogScale, Display(Name = "Step size", Description = "The factor η on the velocity.")]
        public override double StepSize { get; init; } = 0.005;

        /// <summary>μ.</summary>
        [Range(0.0, 0.9999), Display(Name = "Momentum", Description = "The share of the velocity that is kept each round.")]
        public double Momentum { get; init; } = 0.9;

        /// <summary>λ.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Weight decay", Description = "Adds λx to the estimated gradient.")]
        public double WeightDecay { get; init; }
    }

    /// <inheritdoc/>
    protected override Sgd.State Begin(Context<Settings> context) => new(context.Problem.Origin(), null);

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(Sgd.State state) => state.Centre;

    /// <inheritdoc/>
    protected override Sgd.State Step(Context<Settings> context, Sgd.State state, ReadOnlySpan<double> gradient)
    {
        var (step, momentum, decay) = (context.Settings.StepSize, context.Settings.Momentum, context.Settings.WeightDecay);
        return Sgd.Moved(context.Problem.Geometry, new Sgd.Settings { StepSize = step, Momentum = momentum, WeightDecay = decay }, state, gradient);
    }
}
