using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// SAM: the gradient is taken where the function is highest within ρ of the point, to first order, y = x + ρg/|g|, and
/// followed from x by gradient descent with momentum: flat minima are preferred to sharp ones. The adaptive form measures
/// the distance relative to each coordinate: y = x + ρx²g/||x|g|. Two gradients a step.
/// </summary>
[Entry("sam", "SAM",
    Summary = "Follows the gradient from the worst point nearby, to end in a flat minimum.",
    Formula = "x ← x − η g(x + ρ g/|g|)",
    Source = "Foret et al.: Sharpness-Aware Minimization for Efficiently Improving Generalization, ICLR 2021, arXiv 2010.01412; adaptive: Kwon et al., ICML 2021, arXiv 2102.11600")]
public sealed class Sam : GradientMethod<Sam.Settings, Sam.State>
{
    private const double Tiny = 1e-12;

    /// <summary>The settings of SAM.</summary>
    public sealed record Settings
    {
        /// <summary>η.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "The factor η on the velocity.")]
        public double StepSize { get; init; } = 0.001;

        /// <summary>ρ.</summary>
        [Range(0.0, 10.0), LogScale, Display(Name = "Radius", Description = "How far, ρ, the worst point is looked for.")]
        public double Radius { get; init; } = 0.05;

        /// <summary>μ.</summary>
        [Range(0.0, 0.9999), Display(Name = "Momentum", Description = "The share μ of the velocity that is kept; 0 is plain gradient descent.")]
        public double Momentum { get; init; } = 0.9;

        /// <summary>Whether the radius is relative.</summary>
        [Advanced, Display(Name = "Adaptive", Description = "Measure the radius relative to each coordinate.")]
        public bool Adaptive { get; init; }

        /// <summary>λ.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Weight decay", Description = "Adds λx to the gradient.")]
        public double WeightDecay { get; init; }
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Ascent">The point y whose gradient is wanted next; null when that of x is.</param>
    /// <param name="Velocity">v; null before the first step.</param>
    public sealed record State(double[] Centre, double[]? Ascent, double[]? Velocity);

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(context.Problem.Origin(), null, null);

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch) => (state.Ascent ?? state.Centre).CopyTo(batch[0]);

    /// <inheritdoc/>
    protected override State Step(Context<Settings> context, State state, double value, ReadOnlySpan<double> gradient)
    {
        var settings = context.Settings;
        if (state.Ascent is null)
        {
            return state with { Ascent = Ascended(settings, state.Centre, gradient) };
        }

        var (point, velocity) = (new double[gradient.Length], new double[gradient.Length]);
        for (var i = 0; i < point.Length; i++)
        {
            var g = gradient[i] + (settings.WeightDecay * state.Centre[i]);
            velocity[i] = state.Velocity is { } before ? (settings.Momentum * before[i]) + g : g;
            point[i] = state.Centre[i] - (settings.StepSize * velocity[i]);
        }

        context.Problem.Geometry.Project(point);
        return new State(point, null, velocity);
    }

    private static double[] Ascended(Settings settings, double[] point, ReadOnlySpan<double> gradient)
    {
        var (ascent, measured) = (new double[point.Length], new double[point.Length]);
        for (var i = 0; i < point.Length; i++)
        {
            measured[i] = settings.Adaptive ? Math.Abs(point[i]) * gradient[i] : gradient[i];
        }

        var factor = settings.Radius / (Reduce.Norm(measured) + Tiny);
        for (var i = 0; i < point.Length; i++)
        {
            ascent[i] = point[i] + (factor * (settings.Adaptive ? point[i] * point[i] * gradient[i] : gradient[i]));
        }

        return ascent;
    }
}
