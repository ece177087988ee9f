using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Normalised gradient descent: x ← x - η g/|g|ᵖ, for functions whose curvature grows with their gradient, where a fixed
/// step diverges. It stays where the gradient is zero.
/// </summary>
[Entry("normalised-gd", "Normalised descent",
    Summary = "Follows the gradient's direction with steps whose length depends little or not at all on its size.",
    Formula = "x ← x − η g/|g|ᵖ",
    Source = "Chen et al.: Generalized-Smooth Nonconvex Optimization is As Efficient As Smooth Nonconvex Optimization, ICML 2023, arXiv 2303.02854")]
public sealed class NormalisedGd : GradientMethod<NormalisedGd.Settings, NormalisedGd.State>
{
    /// <summary>The settings of normalised descent.</summary>
    public sealed record Settings : StepSettings
    {
        /// <summary>η.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "The length η of a step where the power is 1.")]
        public override double StepSize { get; init; } = 0.05;

        /// <summary>p.</summary>
        [Range(0.0, 1.0), Display(Name = "Power", Description = "The power p of the gradient's length it is divided by: 0 is plain descent, 1 makes all steps alike.")]
        public double Power { get; init; } = 1;
    }

    /// <summary>The state between two steps.</summary>
    /// <param name="Centre">The point x.</param>
    public sealed record State(double[] Centre);

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(context.Problem.Origin());

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    /// <inheritdoc/>
    protected override State Step(Context<Settings> context, State state, double value, ReadOnlySpan<double> gradient)
    {
        var length = Reduce.Norm(gradient);
        if (length < 2.3e-308)
        {
            return state;
        }

        var point = new double[gradient.Length];
        var factor = context.Settings.StepSize * Exponential.Of(-context.Settings.Power * NormalQuantile.Log(length));
        TensorPrimitives.MultiplyAdd(gradient, -factor, state.Centre, point);
        context.Problem.Geometry.Project(point);
        return new State(point);
    }
}
