using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// The gradient-free method for objectives with kinks: x ← x - ηe with e = mean of d/2δ (f(x+δw) - f(x-δw)) w over unit
/// directions w, the gradient of f smoothed over the ball of radius δ. The theory speaks of a uniformly drawn iterate;
/// what is shown as the best is the last one.
/// </summary>
[Entry("gfm", "GFM",
    Summary = "Follows the slope of the objective smoothed over a ball, estimated from opposite points; made for kinks.",
    Source = "Lin, Zheng, Jordan: Gradient-Free Methods for Nonsmooth Nonconvex Optimization, NeurIPS 2022, arXiv 2209.05045")]
public sealed class Gfm : ZerothOrderMethod<Gfm.Settings, Gfm.State>
{
    /// <summary>The settings of GFM: differences are central, directions of unit length.</summary>
    public sealed record Settings : EstimateSettings
    {
        /// <summary>η.</summary>
        [Range(1e-10, 100.0), LogScale, Display(Name = "Step size", Description = "The factor η on the estimated gradient.")]
        public override double StepSize { get; init; } = 0.02;

        /// <inheritdoc/>
        public override Difference Form => Difference.Central;

        /// <inheritdoc/>
        public override Distribution Directions => Distribution.Sphere;
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">The point x.</param>
    public sealed record State(double[] Centre);

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(context.Problem.Origin());

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    /// <inheritdoc/>
    protected override State Step(Context<Settings> context, State state, ReadOnlySpan<double> gradient)
    {
        var point = new double[gradient.Length];
        TensorPrimitives.MultiplyAdd(gradient, -context.Settings.StepSize, state.Centre, point);
        context.Problem.Geometry.Project(point);
        return new State(point);
    }
}
