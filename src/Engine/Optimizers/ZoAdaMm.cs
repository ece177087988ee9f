using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// ZO-AdaMM: m ← β₁m + (1-β₁)g, v ← β₂v + (1-β₂)g², v̂ ← max(v̂, v), x ← x - η m/√v̂, along an estimated gradient g,
/// without bias correction. Onto a box the projection in the metric of √v̂ is clipping.
/// </summary>
[Entry("zo-adamm", "ZO-AdaMM",
    Summary = "Adam on estimated gradients whose step in each coordinate can only become smaller; made for bounded domains.",
    Source = "Chen et al.: ZO-AdaMM: Zeroth-Order Adaptive Momentum Method for Black-Box Optimization, NeurIPS 2019, arXiv 1910.06513")]
public sealed class ZoAdaMm : ZerothOrderMethod<ZoAdaMm.Settings, ZoAdaMm.State>
{
    /// <summary>The settings of ZO-AdaMM.</summary>
    public sealed record Settings : EstimateSettings
    {
        /// <summary>α.</summary>
        [Range(1e-10, 100.0), LogScale, Display(Name = "Step size", Description = "The length of a first step in each coordinate, α.")]
        public override double StepSize { get; init; } = 0.1;

        /// <summary>The authors draw unit directions.</summary>
        [Advanced, Display(Name = "Directions", Description = "Standard normal directions (gaussian) or unit ones times d (sphere).")]
        public override Distribution Directions { get; init; } = Distribution.Sphere;

        /// <summary>β₁.</summary>
        [Range(0.0, 0.9999), Display(Name = "Gradient memory", Description = "Decay β₁ of the running mean of the gradient.")]
        public double Beta1 { get; init; } = 0.9;

        /// <summary>β₂.</summary>
        [Range(0.0, 0.999999), Display(Name = "Square memory", Description = "Decay β₂ of the running mean of the squared gradient.")]
        public double Beta2 { get; init; } = 0.9;

        /// <summary>v and v̂ at the start.</summary>
        [Range(1e-12, 1.0), LogScale, Advanced, Display(Name = "First square", Description = "What the mean of the squared gradient starts at, so that nothing is divided by zero.")]
        public double FirstSquare { get; init; } = 1e-7;
    }

    /// <summary>The state between two steps.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Mean">m.</param>
    /// <param name="Square">v.</param>
    /// <param name="Largest">v̂.</param>
    public sealed record State(double[] Centre, double[] Mean, double[] Square, double[] Largest);

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context)
    {
        var (dimension, square) = (context.Problem.Dimension, new double[context.Problem.Dimension]);
        Array.Fill(square, context.Settings.FirstSquare);
        return new State(context.Problem.Origin(), new double[dimension], square, square);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    /// <inheritdoc/>
    protected override State Step(Context<Settings> context, State state, ReadOnlySpan<double> gradient)
    {
        var settings = context.Settings;
        var (point, mean) = (new double[gradient.Length], new double[gradient.Length]);
        var (square, largest) = (new double[gradient.Length], new double[gradient.Length]);
        for (var i = 0; i < point.Length; i++)
        {
            var g = gradient[i];
            mean[i] = (settings.Beta1 * state.Mean[i]) + ((1 - settings.Beta1) * g);
            square[i] = (settings.Beta2 * state.Square[i]) + ((1 - settings.Beta2) * g * g);
            largest[i] = Math.Max(state.Largest[i], square[i]);
            point[i] = state.Centre[i] - (settings.StepSize * mean[i] / Math.Sqrt(largest[i]));
        }

        context.Problem.Geometry.Project(point);
        return new State(point, mean, square, largest);
    }
}
