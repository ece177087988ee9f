using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// SGDP: gradient descent with momentum, v ← μv + (1-τ)g, without the part of the step that only makes the weights
/// longer, where their length does not matter (see <see cref="RadialProjection"/>).
/// </summary>
[Entry("sgdp", "SGDP",
    Summary = "Gradient descent that does not grow weights whose length does not matter.",
    Formula = "x ← x − η P(v), P: without the part along x",
    Source = "Heo et al.: AdamP: Slowing Down the Slowdown for Momentum Optimizers on Scale-invariant Weights, ICLR 2021, arXiv 2006.08217")]
public sealed class Sgdp : GradientMethod<Sgdp.Settings, Sgdp.State>
{
    /// <summary>The settings of SGDP.</summary>
    public sealed record Settings : StepSettings
    {
        /// <summary>η.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "The factor η on the velocity.")]
        public override double StepSize { get; init; } = 0.001;

        /// <summary>μ.</summary>
        [Range(0.0, 0.9999), Display(Name = "Momentum", Description = "The share μ of the velocity that is kept; 0 is plain gradient descent.")]
        public double Momentum { get; init; } = 0.9;

        /// <summary>Whether the gradient is looked ahead.</summary>
        [Advanced, Display(Name = "Nesterov", Description = "Step by g + μv instead of v.")]
        public bool Nesterov { get; init; }

        /// <summary>τ.</summary>
        [Range(0.0, 1.0), Advanced, Display(Name = "Dampening", Description = "The share τ of the gradient that is left out of the velocity.")]
        public double Dampening { get; init; }

        /// <summary>How x is read.</summary>
        [Display(Name = "Weights are", Description = "How the point is read when the radial part of a step is looked for.")]
        public WeightView View { get; init; }

        /// <summary>Rows of x as a matrix.</summary>
        [Range(1, 4096), Advanced, Display(Name = "Rows", Description = MatrixView.Help)]
        public int Rows { get; init; } = 1;

        /// <summary>δ.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Nearly orthogonal", Description = "Steps are projected where the cosine of gradient and weights is below δ/√d.")]
        public double Delta { get; init; } = 0.1;

        /// <summary>λ.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Weight decay", Description = "Shrinks the point by ηλ/(1-μ) a step.")]
        public double WeightDecay { get; init; }

        /// <summary>How much of the weight decay remains.</summary>
        [Range(0.0, 1.0), Advanced, Display(Name = "Decay ratio", Description = "The share of weight decay that is left where the step was projected.")]
        public double DecayRatio { get; init; } = 0.1;

        /// <summary>ε.</summary>
        [Range(1e-16, 1.0), LogScale, Advanced, Display(Name = "Epsilon", Description = "Added to lengths, so that nothing is divided by zero.")]
        public double Epsilon { get; init; } = 1e-8;

        /// <summary>Whether the velocity is projected too.</summary>
        [Advanced, Display(Name = "Project the velocity", Description = "Keep the projected step as the velocity, as the authors' program does and the paper does not.")]
        public bool BufferProjected { get; init; }
    }

    /// <summary>The state between two steps.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Velocity">v.</param>
    public sealed record State(double[] Centre, double[] Velocity);

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(context.Problem.Origin(), new double[context.Problem.Dimension]);

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    /// <inheritdoc/>
    protected override State Step(Context<Settings> context, State state, double value, ReadOnlySpan<double> gradient)
    {
        var settings = context.Settings;
        var (point, velocity, step) = (new double[gradient.Length], new double[gradient.Length], new double[gradient.Length]);
        for (var i = 0; i < point.Length; i++)
        {
            velocity[i] = (settings.Momentum * state.Velocity[i]) + ((1 - settings.Dampening) * gradient[i]);
            step[i] = settings.Nesterov ? gradient[i] + (settings.Momentum * velocity[i]) : velocity[i];
        }

        var rows = MatrixView.Rows(step.Length, settings.Rows);
        var isProjected = RadialProjection.Apply(state.Centre, gradient, step, settings.View, rows, settings.Delta, settings.Epsilon);
        var decay = settings.StepSize * settings.WeightDecay * (isProjected ? settings.DecayRatio : 1) / (1 - settings.Momentum);
        for (var i = 0; i < point.Length; i++)
        {
            point[i] = ((1 - decay) * state.Centre[i]) - (settings.StepSize * step[i]);
        }

        context.Problem.Geometry.Project(point);
        return new State(point, settings.BufferProjected && !settings.Nesterov ? step : velocity);
    }
}
