using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// RMSProp: v ← αv + (1-α)g², b ← μb + g/(√v + ε), x ← x - ηb; centred, the square of the gradient's running mean is
/// taken off v.
/// </summary>
[Entry("rmsprop", "RMSProp",
    Summary = "Divides the gradient by its recent size, coordinate by coordinate.",
    Formula = "x ← x − η g/(√v + ε)",
    Source = "Tieleman, Hinton: Lecture 6.5, RMSProp, 2012; centred: Graves, 2013, arXiv 1308.0850")]
public sealed class RmsProp : GradientMethod<RmsProp.Settings, RmsProp.State>
{
    /// <summary>The settings of RMSProp.</summary>
    public sealed record Settings : StepSettings
    {
        /// <summary>η.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "About the length η of a step in each coordinate; the first is longer.")]
        public override double StepSize { get; init; } = 0.02;

        /// <summary>α.</summary>
        [Range(0.0, 0.999999), Display(Name = "Square memory", Description = "Decay α of the running mean of the squared gradient.")]
        public double Alpha { get; init; } = 0.99;

        /// <summary>μ.</summary>
        [Range(0.0, 0.9999), Display(Name = "Momentum", Description = "The share μ of the step before that is kept.")]
        public double Momentum { get; init; }

        /// <summary>Whether v is a variance.</summary>
        [Advanced, Display(Name = "Centred", Description = "Divide by the spread of the gradient around its mean instead of its size.")]
        public bool Centred { get; init; }

        /// <summary>ε.</summary>
        [Range(1e-16, 1.0), LogScale, Advanced, Display(Name = "Epsilon", Description = "Added to the root, so that nothing is divided by zero.")]
        public double Epsilon { get; init; } = 1e-8;

        /// <summary>λ.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Weight decay", Description = "Adds λx to the gradient.")]
        public double WeightDecay { get; init; }
    }

    /// <summary>The state between two steps.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Square">v.</param>
    /// <param name="Mean">The running mean of the gradient, when centred.</param>
    /// <param name="Velocity">b.</param>
    public sealed record State(double[] Centre, double[] Square, double[] Mean, double[] Velocity);

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context)
    {
        var dimension = context.Problem.Dimension;
        return new State(context.Problem.Origin(), new double[dimension], new double[dimension], new double[dimension]);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    /// <inheritdoc/>
    protected override State Step(Context<Settings> context, State state, double value, ReadOnlySpan<double> gradient)
    {
        var settings = context.Settings;
        var dimension = gradient.Length;
        var (point, velocity) = (new double[dimension], new double[dimension]);
        var (square, mean) = (new double[dimension], new double[dimension]);
        for (var i = 0; i < dimension; i++)
        {
            var g = gradient[i] + (settings.WeightDecay * state.Centre[i]);
            square[i] = (settings.Alpha * state.Square[i]) + ((1 - settings.Alpha) * g * g);
            mean[i] = settings.Centred ? (settings.Alpha * state.Mean[i]) + ((1 - settings.Alpha) * g) : 0;

            // A variance may come out below zero by rounding.
            var scale = Math.Sqrt(Math.Max(0, square[i] - (mean[i] * mean[i]))) + settings.Epsilon;
            velocity[i] = (settings.Momentum * state.Velocity[i]) + (g / scale);
            point[i] = state.Centre[i] - (settings.StepSize * velocity[i]);
        }

        context.Problem.Geometry.Project(point);
        return new State(point, square, mean, velocity);
    }
}
