using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>Gradient descent with heavy-ball momentum: v ← μv + (1-τ)g, x ← x - ηv, and v = g at the first step.</summary>
[Entry("sgd", "SGD with momentum",
    Summary = "Follows the gradient and keeps rolling in the direction it came from.",
    Formula = "v ← μv + (1−τ)g, x ← x − ηv",
    Source = "Robbins, Monro: A Stochastic Approximation Method, 1951; Polyak: Some methods of speeding up the convergence of iteration methods, 1964; clipping: Sadiev et al., ICML 2023, arXiv 2302.00999")]
public sealed class Sgd : GradientMethod<Sgd.Settings, Sgd.State>
{
    /// <summary>The settings of gradient descent.</summary>
    public sealed record Settings : StepSettings
    {
        /// <summary>η.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "The factor η on the velocity.")]
        public override double StepSize { get; init; } = 0.001;

        /// <summary>μ.</summary>
        [Range(0.0, 0.9999), Display(Name = "Momentum", Description = "The share μ of the velocity that is kept; 0 is plain gradient descent.")]
        public double Momentum { get; init; } = 0.9;

        /// <summary>τ.</summary>
        [Range(0.0, 1.0), Advanced, Display(Name = "Dampening", Description = "The share τ of the gradient that is left out of the velocity.")]
        public double Dampening { get; init; }

        /// <summary>λ.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Weight decay", Description = "Adds λx to the gradient.")]
        public double WeightDecay { get; init; }

        /// <summary>The longest gradient.</summary>
        [Range(0.0, 1e6), Advanced, Display(Name = "Longest gradient", Description = "Longer gradients are shortened to this, against noise with heavy tails; 0 leaves all as they are.")]
        public double MaxGradientNorm { get; init; }
    }

    /// <summary>The state between two steps.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Velocity">v; null before the first step.</param>
    public sealed record State(double[] Centre, double[]? Velocity);

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(context.Problem.Origin(), null);

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    /// <inheritdoc/>
    protected override State Step(Context<Settings> context, State state, double value, ReadOnlySpan<double> gradient) =>
        Moved(context.Problem.Geometry, context.Settings, state, gradient);

    /// <summary>The state after a step along <paramref name="gradient"/>, which may be an estimate.</summary>
    internal static State Moved(Geometry geometry, Settings settings, State state, ReadOnlySpan<double> gradient)
    {
        var (point, velocity) = (new double[gradient.Length], new double[gradient.Length]);
        var shorter = settings.MaxGradientNorm > 0 ? Math.Min(1, settings.MaxGradientNorm / Math.Max(Reduce.Norm(gradient), 1e-300)) : 1;
        for (var i = 0; i < point.Length; i++)
        {
            var x = state.Centre[i];
            var g = (shorter * gradient[i]) + (settings.WeightDecay * x);
            velocity[i] = state.Velocity is { } v ? (settings.Momentum * v[i]) + ((1 - settings.Dampening) * g) : g;
            point[i] = x - (settings.StepSize * velocity[i]);
        }

        geometry.Project(point);
        return new State(point, velocity);
    }
}
