using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// diffGrad: Adam with a friction ξ = 1/(1 + e^(-|gₜ₋₁ - gₜ|)) on each coordinate, near ½ where the gradient hardly
/// changes and near 1 where it does: x ← x - η √(1-β₂ᵗ)/(1-β₁ᵗ) ξ m / (√v + ε).
/// </summary>
[Entry("diffgrad", "diffGrad",
    Summary = "Adam that slows down where the gradient hardly changes, so that it does not overshoot a minimum.",
    Formula = "x ← x − η ξ m̂/(√v̂ + ε), ξ = 1/(1 + e^−|g₋₁ − g|)",
    Source = "Dubey et al.: diffGrad: An Optimization Method for Convolutional Neural Networks, IEEE TNNLS 2020, arXiv 1909.11015")]
public sealed class DiffGrad : AdamMethod<DiffGrad.Settings>
{
    /// <summary>The settings of diffGrad.</summary>
    public sealed record Settings : AdamSettings
    {
        /// <summary>Whether ξ is ½ throughout.</summary>
        [Advanced, Display(Name = "Frozen friction", Description = "Keep the friction at one half, as the authors' first program did by mistake.")]
        public bool FrozenFriction { get; init; }
    }

    /// <summary>ξ in a coordinate whose gradient was <paramref name="before"/> and is <paramref name="now"/>.</summary>
    public static double Friction(double before, double now) => 1 / (1 + Exponential.Of(-Math.Abs(before - now)));

    /// <inheritdoc/>
    protected override AdamState Begin(Context<Settings> context) => AdamState.At(context.Problem.Origin(), context.Problem.Dimension);

    /// <inheritdoc/>
    protected override void Move(Settings settings, AdamState state, AdamState next, ReadOnlySpan<double> gradient)
    {
        var stepSize = settings.StepSize * Math.Sqrt(1 - next.Power2) / (1 - next.Power1);
        gradient.CopyTo(next.Kept);
        for (var i = 0; i < gradient.Length; i++)
        {
            var friction = settings.FrozenFriction ? 0.5 : Friction(state.Kept[i], gradient[i]);
            next.Centre[i] = state.Centre[i] - (stepSize * friction * next.Mean[i] / (Math.Sqrt(next.Square[i]) + settings.Epsilon));
        }
    }
}
