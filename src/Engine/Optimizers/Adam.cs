using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Adam: running means m of the gradient and v of its square, freed from their start at zero; x ← x - η m̂ / (√v̂ + ε).
/// </summary>
[Entry("adam", "Adam",
    Summary = "Steps of similar length in every coordinate, from running means of the gradient and its square.",
    Source = "Kingma, Ba: Adam: A Method for Stochastic Optimization, ICLR 2015, arXiv 1412.6980")]
public sealed class Adam : GradientMethod<Adam.Settings, Adam.State>
{
    /// <summary>The settings of Adam.</summary>
    public sealed record Settings
    {
        /// <summary>η.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "About the length η of a step in each coordinate.")]
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
    }

    /// <summary>The state between two steps.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Mean">m.</param>
    /// <param name="Square">v.</param>
    /// <param name="Power1">β₁ᵗ after t steps.</param>
    /// <param name="Power2">β₂ᵗ after t steps.</param>
    public sealed record State(double[] Centre, double[] Mean, double[] Square, double Power1, double Power2);

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) =>
        new(context.Problem.Origin(), new double[context.Problem.Dimension], new double[context.Problem.Dimension], 1, 1);

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    /// <inheritdoc/>
    protected override State Step(Context<Settings> context, State state, ReadOnlySpan<double> gradient)
    {
        var settings = context.Settings;
        var (power1, power2) = (state.Power1 * settings.Beta1, state.Power2 * settings.Beta2);
        var (stepSize, root) = (settings.StepSize / (1 - power1), Math.Sqrt(1 - power2));
        var (point, mean, square) = (new double[gradient.Length], new double[gradient.Length], new double[gradient.Length]);
        for (var i = 0; i < point.Length; i++)
        {
            var x = state.Centre[i];
            var g = gradient[i] + (settings.WeightDecay * x);
            mean[i] = (settings.Beta1 * state.Mean[i]) + ((1 - settings.Beta1) * g);
            square[i] = (settings.Beta2 * state.Square[i]) + ((1 - settings.Beta2) * g * g);
            point[i] = x - (stepSize * mean[i] / ((Math.Sqrt(square[i]) / root) + settings.Epsilon));
        }

        context.Problem.Geometry.Project(point);
        return new State(point, mean, square, power1, power2);
    }
}
