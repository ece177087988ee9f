using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Proximal gradient descent for f(x) + λ Σ|xᵢ|, where f alone is evaluated: xₖ₊₁ = soft(yₖ - η∇f(yₖ), ηλ), where soft takes
/// ηλ off each entry's size. With y = x that is ISTA; FISTA's y runs ahead by Nesterov's growing momentum, which a restart
/// takes back whenever it leads uphill.
/// </summary>
[Entry("proximal-gradient", "Proximal gradient (FISTA)",
    Summary = "Follows the gradient and takes small coordinates to zero: for answers in which only a few coordinates matter.",
    Formula = "x ← soft(y − ηg(y), ηλ), y ← x + β(x − x₋₁)",
    Source = "Beck, Teboulle: A Fast Iterative Shrinkage-Thresholding Algorithm, SIAM J. Imaging Sciences 2009; restart: O'Donoghue, Candès 2015; Bubeck: Convex Optimization, 2015")]
public sealed class ProximalGradient : GradientMethod<ProximalGradient.Settings, ProximalGradient.State>
{
    /// <summary>Where the gradient is taken.</summary>
    public enum Acceleration
    {
        /// <summary>At x itself (ISTA).</summary>
        None,

        /// <summary>Ahead of x (FISTA).</summary>
        Fista,

        /// <summary>Ahead of x, from anew where the momentum leads uphill.</summary>
        Restarted,
    }

    /// <summary>The settings of proximal gradient descent.</summary>
    public sealed record Settings : StepSettings
    {
        /// <summary>η.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "The factor η on the gradient: 1/L where gradients change by L times the distance at most.")]
        public override double StepSize { get; init; } = 0.001;

        /// <summary>λ.</summary>
        [Range(0.0, 1e6), Display(Name = "Sparsity", Description = "The weight λ of the sum of absolute coordinates that is minimised besides; more leaves fewer coordinates.")]
        public double Sparsity { get; init; } = 0.01;

        /// <summary>Where the gradient is taken.</summary>
        [Display(Name = "Acceleration", Description = "Take gradients at the point (none), ahead of it (fista), or ahead of it with restarts where that leads uphill (restarted).")]
        public Acceleration Acceleration { get; init; } = Acceleration.Restarted;
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
        var (point, ahead, uphill) = (new double[gradient.Length], new double[gradient.Length], 0.0);
        for (var i = 0; i < point.Length; i++)
        {
            var moved = state.Ahead[i] - (settings.StepSize * gradient[i]);
            point[i] = Math.CopySign(Math.Max(0, Math.Abs(moved) - (settings.StepSize * settings.Sparsity)), moved);
        }

        context.Problem.Geometry.Project(point);
        for (var i = 0; i < point.Length; i++)
        {
            uphill += (state.Ahead[i] - point[i]) * (point[i] - state.Centre[i]);
        }

        var before = settings.Acceleration == Acceleration.Restarted && uphill > 0 ? 1 : state.Sequence;
        var sequence = (1 + Math.Sqrt(1 + (4 * before * before))) / 2;
        var momentum = settings.Acceleration == Acceleration.None ? 0 : (before - 1) / sequence;
        for (var i = 0; i < point.Length; i++)
        {
            ahead[i] = point[i] + (momentum * (point[i] - state.Centre[i]));
        }

        context.Problem.Geometry.Project(ahead);
        return new State(point, ahead, sequence);
    }
}
