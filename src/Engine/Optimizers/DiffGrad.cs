using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// diffGrad: Adam with a friction ξ = 1/(1 + e^(-|gₜ₋₁ - gₜ|)) on each coordinate, near ½ where the gradient hardly
/// changes and near 1 where it does: x ← x - η √(1-β₂ᵗ)/(1-β₁ᵗ) ξ m / (√v + ε).
/// </summary>
[Entry("diffgrad", "diffGrad",
    Summary = "Adam that slows down where the gradient hardly changes, so that it does not overshoot a minimum.",
    Source = "Dubey et al.: diffGrad: An Optimization Method for Convolutional Neural Networks, IEEE TNNLS 2020, arXiv 1909.11015")]
public sealed class DiffGrad : GradientMethod<DiffGrad.Settings, DiffGrad.State>
{
    /// <summary>The settings of diffGrad.</summary>
    public sealed record Settings
    {
        /// <summary>η.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "About the length η of a step in each coordinate without friction.")]
        public double StepSize { get; init; } = 0.1;

        /// <summary>β₁.</summary>
        [Range(0.0, 0.9999), Display(Name = "Gradient memory", Description = "Decay β₁ of the running mean of the gradient.")]
        public double Beta1 { get; init; } = 0.9;

        /// <summary>β₂.</summary>
        [Range(0.0, 0.999999), Display(Name = "Square memory", Description = "Decay β₂ of the running mean of the squared gradient.")]
        public double Beta2 { get; init; } = 0.999;

        /// <summary>ε.</summary>
        [Range(1e-16, 1.0), LogScale, Advanced, Display(Name = "Epsilon", Description = "Added to the root, so that nothing is divided by zero.")]
        public double Epsilon { get; init; } = 1e-8;

        /// <summary>λ.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Weight decay", Description = "Adds λx to the gradient.")]
        public double WeightDecay { get; init; }

        /// <summary>Whether ξ is ½ throughout.</summary>
        [Advanced, Display(Name = "Frozen friction", Description = "Keep the friction at one half, as the authors' first program did by mistake.")]
        public bool FrozenFriction { get; init; }
    }

    /// <summary>The state between two steps.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Mean">m.</param>
    /// <param name="Square">v.</param>
    /// <param name="Gradient">The gradient of the step before.</param>
    /// <param name="Power1">β₁ᵗ after t steps.</param>
    /// <param name="Power2">β₂ᵗ after t steps.</param>
    public sealed record State(double[] Centre, double[] Mean, double[] Square, double[] Gradient, double Power1, double Power2);

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context)
    {
        var dimension = context.Problem.Dimension;
        return new State(context.Problem.Origin(), new double[dimension], new double[dimension], new double[dimension], 1, 1);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    /// <inheritdoc/>
    protected override State Step(Context<Settings> context, State state, ReadOnlySpan<double> gradient)
    {
        var settings = context.Settings;
        var dimension = gradient.Length;
        var (power1, power2) = (state.Power1 * settings.Beta1, state.Power2 * settings.Beta2);
        var stepSize = settings.StepSize * Math.Sqrt(1 - power2) / (1 - power1);
        var (point, mean) = (new double[dimension], new double[dimension]);
        var (square, decayed) = (new double[dimension], new double[dimension]);
        for (var i = 0; i < dimension; i++)
        {
            var x = state.Centre[i];
            var g = gradient[i] + (settings.WeightDecay * x);
            decayed[i] = g;
            mean[i] = (settings.Beta1 * state.Mean[i]) + ((1 - settings.Beta1) * g);
            square[i] = (settings.Beta2 * state.Square[i]) + ((1 - settings.Beta2) * g * g);
            var friction = settings.FrozenFriction ? 0.5 : 1 / (1 + Exponential.Of(-Math.Abs(state.Gradient[i] - g)));
            point[i] = x - (stepSize * friction * mean[i] / (Math.Sqrt(square[i]) + settings.Epsilon));
        }

        context.Problem.Geometry.Project(point);
        return new State(point, mean, square, decayed, power1, power2);
    }
}
