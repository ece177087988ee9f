namespace Ranking.Engine.Optimizers;

/// <summary>AdamW: Adam whose weight decay shrinks the point, x (1 - ηλ), before the step and stays out of the means.</summary>
[Entry("adamw", "AdamW",
    Summary = "Adam with weight decay beside the gradient instead of in it.",
    Formula = "x ← (1 − ηλ)x − η m̂/(√v̂ + ε)",
    Source = "Loshchilov, Hutter: Decoupled Weight Decay Regularization, ICLR 2019, arXiv 1711.05101")]
public sealed class AdamW : AdamMethod<AdamW.Settings>
{
    /// <summary>The settings of AdamW.</summary>
    public sealed record Settings : AdamSettings
    {
        /// <summary>The defaults of the paper.</summary>
        public Settings() => WeightDecay = 0.01;
    }

    /// <inheritdoc/>
    protected override void Shape(Settings settings, AdamState state, Span<double> gradient)
    {
    }

    /// <inheritdoc/>
    protected override void Move(Settings settings, AdamState state, AdamState next, ReadOnlySpan<double> gradient) =>
        Follow(settings, state, next, next.Square, 1 - (settings.StepSize * settings.WeightDecay));
}
