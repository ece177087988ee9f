using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// EXAdam: Adam whose corrections of the start look at each other's moment, d₁ = 1 + v/(v+ε) β₂ᵗ and
/// d₂ = 1 + m²/(m²+ε) β₁ᵗ, and which adds the present gradient: x ← x (1 - ηλ) - η d₁ (m + g)/(1-β₁ᵗ) / (√(v d₂/(1-β₂ᵗ)) + ε).
/// </summary>
[Entry("exadam", "EXAdam",
    Summary = "Adam with the present gradient added to its mean; the very first step is about sixteen step sizes long.",
    Formula = "x ← x − η d₁(m̂ + ĝ)/(√(d₂v̂) + ε)",
    Source = "Adly: EXAdam: The Power of Adaptive Cross-Moments, 2024, arXiv 2412.20302")]
public sealed class ExAdam : AdamMethod<ExAdam.Settings>
{
    /// <summary>The settings of EXAdam.</summary>
    public sealed record Settings : AdamSettings
    {
        /// <summary>A small step, for the first is about sixteen times as long.</summary>
        public Settings() => StepSize = 0.01;

        /// <summary>Whether η grows.</summary>
        [Advanced, Display(Name = "Growing step", Description = "Multiply the step size by ln √(2(t+1)), the rule of the author's first release.")]
        public bool DynamicStep { get; init; }
    }

    /// <inheritdoc/>
    protected override void Shape(Settings settings, AdamState state, Span<double> gradient)
    {
    }

    /// <inheritdoc/>
    protected override void Move(Settings settings, AdamState state, AdamState next, ReadOnlySpan<double> gradient)
    {
        var keep = 1 - (settings.StepSize * settings.WeightDecay);
        var stepSize = settings.DynamicStep ? settings.StepSize * NormalQuantile.Log(Math.Sqrt(2.0 * (next.Steps + 1))) : settings.StepSize;
        for (var i = 0; i < gradient.Length; i++)
        {
            var (m, v) = (next.Mean[i], next.Square[i]);
            var ofMean = 1 + (v / (v + settings.Epsilon) * next.Power2);
            var ofSquare = 1 + (m * m / ((m * m) + settings.Epsilon) * next.Power1);
            var direction = (m + gradient[i]) / (1 - next.Power1) * ofMean;
            var scale = Math.Sqrt(v / (1 - next.Power2) * ofSquare) + settings.Epsilon;
            next.Centre[i] = (keep * state.Centre[i]) - (stepSize * direction / scale);
        }
    }
}
