using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>Sign gradient descent: x ← x - η sign(g), with sign 0 = 0. What Adam is without its memory.</summary>
[Entry("sign-gd", "Sign descent",
    Summary = "Goes the same distance in every coordinate, by the sign of the gradient alone.",
    Formula = "x ← x − η sign(g)",
    Source = "Bernstein et al.: signSGD: Compressed Optimisation for Non-Convex Problems, ICML 2018, arXiv 1802.04434")]
public sealed class SignGd : GradientMethod<SignGd.Settings, SignGd.State>
{
    /// <summary>The settings of sign descent.</summary>
    public sealed record Settings : StepSettings
    {
        /// <summary>η.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "The length η of a step in each coordinate.")]
        public override double StepSize { get; init; } = 0.02;
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
        var point = new double[gradient.Length];
        for (var i = 0; i < point.Length; i++)
        {
            point[i] = state.Centre[i] - (context.Settings.StepSize * Math.Sign(gradient[i]));
        }

        context.Problem.Geometry.Project(point);
        return new State(point);
    }
}
