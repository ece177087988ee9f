using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Adan: Nesterov's momentum without a look ahead, from running means m of the gradient g, v of its change d = g - gₜ₋₁
/// and n of (g + β₂d)²; x ← (x - η (m̂ + β₂v̂)/(√n̂ + ε)) / (1 + ηλ).
/// </summary>
[Entry("adan", "Adan",
    Summary = "Adam with Nesterov's momentum from the change between two gradients.",
    Formula = "x ← x − η (m̂ + β₂v̂)/(√n̂ + ε), v the mean of g − g₋₁",
    Source = "Xie et al.: Adan: Adaptive Nesterov Momentum Algorithm for Faster Optimizing Deep Models, 2022, arXiv 2208.06677")]
public sealed class Adan : GradientMethod<Adan.Settings, Adan.State>
{
    /// <summary>The settings of Adan. The decays are those of the authors' program: one minus those of the paper.</summary>
    public sealed record Settings : StepSettings
    {
        /// <summary>η.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "About the length η of a step in each coordinate.")]
        public override double StepSize { get; init; } = 0.1;

        /// <summary>β₁.</summary>
        [Range(0.0, 0.9999), Display(Name = "Gradient memory", Description = "Decay β₁ of the running mean of the gradient.")]
        public double Beta1 { get; init; } = 0.98;

        /// <summary>β₂.</summary>
        [Range(0.0, 0.9999), Display(Name = "Change memory", Description = "Decay β₂ of the running mean of the gradient's change.")]
        public double Beta2 { get; init; } = 0.92;

        /// <summary>β₃.</summary>
        [Range(0.0, 0.999999), Display(Name = "Square memory", Description = "Decay β₃ of the running mean of the square.")]
        public double Beta3 { get; init; } = 0.99;

        /// <summary>ε.</summary>
        [Range(1e-16, 1.0), LogScale, Advanced, Display(Name = "Epsilon", Description = "Added to the root, so that nothing is divided by zero.")]
        public double Epsilon { get; init; } = 1e-8;

        /// <summary>λ.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Weight decay", Description = "Shrinks the point, λ a step of length one.")]
        public double WeightDecay { get; init; }

        /// <summary>Whether the decay comes before the step.</summary>
        [Advanced, Display(Name = "Plain decay", Description = "Shrink the point by ηλ before the step instead of dividing by 1 + ηλ after it.")]
        public bool NoProx { get; init; }

        /// <summary>The longest gradient.</summary>
        [Range(0.0, 1e6), Advanced, Display(Name = "Longest gradient", Description = "Longer gradients are shortened to this; 0 leaves all as they are.")]
        public double MaxGradientNorm { get; init; }
    }

    /// <summary>The state between two steps.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Mean">m.</param>
    /// <param name="Change">v.</param>
    /// <param name="Square">n.</param>
    /// <param name="Gradient">The gradient of the step before; null before the first step.</param>
    /// <param name="Power1">β₁ᵗ after t steps.</param>
    /// <param name="Power2">β₂ᵗ after t steps.</param>
    /// <param name="Power3">β₃ᵗ after t steps.</param>
    public sealed record State(
        double[] Centre, double[] Mean, double[] Change, double[] Square, double[]? Gradient, double Power1, double Power2, double Power3);

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context)
    {
        var dimension = context.Problem.Dimension;
        return new State(context.Problem.Origin(), new double[dimension], new double[dimension], new double[dimension], null, 1, 1, 1);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    /// <inheritdoc/>
    protected override State Step(Context<Settings> context, State state, double value, ReadOnlySpan<double> gradient)
    {
        var settings = context.Settings;
        var g = gradient.ToArray();
        if (settings.MaxGradientNorm > 0)
        {
            var shorter = Math.Min(1, settings.MaxGradientNorm / (Reduce.Norm(gradient) + settings.Epsilon));
            TensorPrimitives.Multiply(g, shorter, g);
        }

        var (power1, power2, power3) = (state.Power1 * settings.Beta1, state.Power2 * settings.Beta2, state.Power3 * settings.Beta3);
        var (point, mean, change, square) = (new double[g.Length], new double[g.Length], new double[g.Length], new double[g.Length]);
        var decay = settings.StepSize * settings.WeightDecay;
        for (var i = 0; i < g.Length; i++)
        {
            var d = state.Gradient is { } before ? g[i] - before[i] : 0;
            var ahead = g[i] + (settings.Beta2 * d);
            mean[i] = (settings.Beta1 * state.Mean[i]) + ((1 - settings.Beta1) * g[i]);
            change[i] = (settings.Beta2 * state.Change[i]) + ((1 - settings.Beta2) * d);
            square[i] = (settings.Beta3 * state.Square[i]) + ((1 - settings.Beta3) * ahead * ahead);
            var direction = (mean[i] / (1 - power1)) + (settings.Beta2 * change[i] / (1 - power2));
            var step = settings.StepSize * direction / (Math.Sqrt(square[i] / (1 - power3)) + settings.Epsilon);
            point[i] = settings.NoProx ? (state.Centre[i] * (1 - decay)) - step : (state.Centre[i] - step) / (1 + decay);
        }

        context.Problem.Geometry.Project(point);
        return new State(point, mean, change, square, g, power1, power2, power3);
    }
}
