using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// AdaBelief: Adam divided by how far gradients stray from their mean, s ← β₂s + (1-β₂)(g - m)² + ε, so that steps are
/// long where the gradient does what was expected; x ← x - η m̂ / (√ŝ + ε).
/// </summary>
[Entry("adabelief", "AdaBelief",
    Summary = "Adam that goes far when gradients are as expected and near when they surprise.",
    Formula = "x ← x − η m̂/(√ŝ + ε), s the mean of (g − m)²",
    Source = "Zhuang et al.: AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed Gradients, NeurIPS 2020, arXiv 2010.07468")]
public sealed class AdaBelief : AdamMethod<AdaBelief.Settings>
{
    /// <summary>The settings of AdaBelief.</summary>
    public sealed record Settings : AdamSettings
    {
        /// <summary>The defaults of the authors.</summary>
        public Settings() => Epsilon = 1e-16;

        /// <summary>Whether weight decay shrinks the point.</summary>
        [Advanced, Display(Name = "Decoupled decay", Description = "Let weight decay shrink the point instead of adding to the gradient.")]
        public bool Decoupled { get; init; }

        /// <summary>Whether the first steps are held back.</summary>
        [Advanced, Display(Name = "Rectify", Description = "Hold back the first steps, as RAdam does.")]
        public bool Rectify { get; init; }
    }

    /// <inheritdoc/>
    protected override void Shape(Settings settings, AdamState state, Span<double> gradient)
    {
        if (!settings.Decoupled)
        {
            base.Shape(settings, state, gradient);
        }
    }

    /// <inheritdoc/>
    protected override void Average(Settings settings, AdamState state, AdamState next, ReadOnlySpan<double> gradient)
    {
        for (var i = 0; i < gradient.Length; i++)
        {
            next.Mean[i] = (settings.Beta1 * state.Mean[i]) + ((1 - settings.Beta1) * gradient[i]);
            var surprise = gradient[i] - next.Mean[i];
            next.Square[i] = (settings.Beta2 * state.Square[i]) + ((1 - settings.Beta2) * surprise * surprise) + settings.Epsilon;
        }
    }

    /// <inheritdoc/>
    protected override void Move(Settings settings, AdamState state, AdamState next, ReadOnlySpan<double> gradient)
    {
        var keep = settings.Decoupled ? 1 - (settings.StepSize * settings.WeightDecay) : 1;
        if (!settings.Rectify)
        {
            Follow(settings, state, next, next.Square, keep);
            return;
        }

        var (stepSize, rectified) = (settings.StepSize / (1 - next.Power1), Rectified(settings, next, 5));
        for (var i = 0; i < gradient.Length; i++)
        {
            var scale = rectified is { } factor ? factor / (Math.Sqrt(next.Square[i]) + settings.Epsilon) : 1;
            next.Centre[i] = (keep * state.Centre[i]) - (stepSize * scale * next.Mean[i]);
        }
    }
}
