using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>ZO-Adam: the step of <see cref="Adam"/> along an estimated gradient.</summary>
[Entry("zo-adam", "ZO-Adam",
    Summary = "Estimates the gradient from values nearby and takes steps of similar length in every coordinate.",
    Source = "Zhang et al.: Revisiting Zeroth-Order Optimization for Memory-Efficient LLM Fine-Tuning, ICML 2024, arXiv 2402.11592")]
public sealed class ZoAdam : ZerothOrderMethod<ZoAdam.Settings, AdamState>
{
    private static readonly Adam Follower = new();

    /// <summary>The settings of ZO-Adam.</summary>
    public sealed record Settings : EstimateSettings
    {
        /// <summary>η.</summary>
        [Range(1e-10, 100.0), LogScale, Display(Name = "Step size", Description = "About the length η of a step in each coordinate.")]
        public override double StepSize { get; init; } = 0.1;

        /// <summary>β₁.</summary>
        [Range(0.0, 0.9999), Display(Name = "Gradient memory", Description = "Decay β₁ of the running mean of the gradient.")]
        public double Beta1 { get; init; } = 0.9;

        /// <summary>β₂.</summary>
        [Range(0.0, 0.999999), Display(Name = "Square memory", Description = "Decay β₂ of the running mean of the squared gradient.")]
        public double Beta2 { get; init; } = 0.999;

        /// <summary>ε.</summary>
        [Range(1e-16, 1.0), LogScale, Advanced, Display(Name = "Epsilon", Description = "Added to the root, so that nothing is divided by zero.")]
        public double Epsilon { get; init; } = 1e-8;
    }

    /// <inheritdoc/>
    protected override AdamState Begin(Context<Settings> context) => AdamState.At(context.Problem.Origin());

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(AdamState state) => state.Centre;

    /// <inheritdoc/>
    protected override AdamState Step(Context<Settings> context, AdamState state, ReadOnlySpan<double> gradient)
    {
        var settings = context.Settings;
        var update = new Adam.Settings { StepSize = settings.StepSize, Beta1 = settings.Beta1, Beta2 = settings.Beta2, Epsilon = settings.Epsilon };
        return Follower.Moved(context.Problem.Geometry, update, state, gradient);
    }
}
