using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Nesterov's accelerated gradient: xₖ₊₁ = yₖ - η∇f(yₖ), yₖ₊₁ = xₖ₊₁ + βₖ(xₖ₊₁ - xₖ). The gradient is taken at y, ahead of
/// x; β is a constant, or grows by (sₖ-1)/sₖ₊₁ with s₀ = 1 and sₖ₊₁ = (1+√(1+4sₖ²))/2, the rule with the optimal rate for
/// convex functions.
/// </summary>
[Entry("nesterov", "Nesterov",
    Summary = "Momentum that looks ahead: the gradient is taken where the momentum leads.",
    Formula = "x ← y − ηg(y), y ← x + β(x − x₋₁)",
    Source = "Nesterov: A method for solving the convex programming problem with convergence rate O(1/k²), 1983; Sutskever et al., ICML 2013")]
public sealed class Nesterov : GradientMethod<Nesterov.Settings, Nesterov.State>
{
    /// <summary>How the momentum β is chosen.</summary>
    public enum Rule
    {
        /// <summary>The same in all rounds.</summary>
        Constant,

        /// <summary>From 0 towards 1, by Nesterov's sequence.</summary>
        Growing,
    }

    /// <summary>The settings of Nesterov's method.</summary>
    public sealed record Settings : StepSettings
    {
        /// <summary>η.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "The factor η on the gradient.")]
        public override double StepSize { get; init; } = 0.001;

        /// <summary>How β is chosen.</summary>
        [Display(Name = "Momentum rule", Description = "Whether the momentum is constant or grows towards 1.")]
        public Rule Rule { get; init; }

        /// <summary>β.</summary>
        [Range(0.0, 0.9999), Display(Name = "Momentum", Description = "The share β of the last move that is repeated, where it is constant.")]
        public double Momentum { get; init; } = 0.9;
    }

    /// <summary>The state between two steps.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Ahead">The point y.</param>
    /// <param name="Sequence">s.</param>
    public sealed record State(double[] Centre, double[] Ahead, double Sequence);

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(context.Problem.Origin(), context.Problem.Origin(), 1);

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch) => state.Ahead.CopyTo(batch[0]);

    /// <inheritdoc/>
    protected override State Step(Context<Settings> context, State state, double value, ReadOnlySpan<double> gradient)
    {
        var settings = context.Settings;
        var sequence = (1 + Math.Sqrt(1 + (4 * state.Sequence * state.Sequence))) / 2;
        var momentum = settings.Rule == Rule.Constant ? settings.Momentum : (state.Sequence - 1) / sequence;
        var (point, ahead) = (new double[gradient.Length], new double[gradient.Length]);
        for (var i = 0; i < point.Length; i++)
        {
            point[i] = state.Ahead[i] - (settings.StepSize * gradient[i]);
        }

        context.Problem.Geometry.Project(point);
        for (var i = 0; i < point.Length; i++)
        {
            ahead[i] = point[i] + (momentum * (point[i] - state.Centre[i]));
        }

        context.Problem.Geometry.Project(ahead);
        return new State(point, ahead, sequence);
    }
}
