using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>Lion: x ← x (1 - ηλ) - η sign(β₁m + (1-β₁)g), then m ← β₂m + (1-β₂)g. The sign of 0 is 0.</summary>
[Entry("lion", "Lion",
    Summary = "Goes the same distance in every coordinate, by the sign of a running mean of the gradient.",
    Formula = "x ← x − η sign(β₁m + (1−β₁)g)",
    Source = "Chen et al.: Symbolic Discovery of Optimization Algorithms, NeurIPS 2023, arXiv 2302.06675")]
public sealed class Lion : GradientMethod<Lion.Settings, Lion.State>
{
    /// <summary>The settings of Lion.</summary>
    public sealed record Settings : StepSettings
    {
        /// <summary>η.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "The length η of a step in each coordinate.")]
        public override double StepSize { get; init; } = 0.02;

        /// <summary>β₁.</summary>
        [Range(0.0, 0.9999), Display(Name = "Memory in the step", Description = "Share β₁ of the running mean in the sign that is followed.")]
        public double Beta1 { get; init; } = 0.9;

        /// <summary>β₂.</summary>
        [Range(0.0, 0.9999), Display(Name = "Memory", Description = "Decay β₂ of the running mean of the gradient.")]
        public double Beta2 { get; init; } = 0.99;

        /// <summary>λ.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Weight decay", Description = "Shrinks the point by ηλ a step.")]
        public double WeightDecay { get; init; }
    }

    /// <summary>The state between two steps.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Mean">m.</param>
    public sealed record State(double[] Centre, double[] Mean);

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(context.Problem.Origin(), new double[context.Problem.Dimension]);

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    /// <inheritdoc/>
    protected override State Step(Context<Settings> context, State state, double value, ReadOnlySpan<double> gradient)
    {
        var settings = context.Settings;
        var keep = 1 - (settings.StepSize * settings.WeightDecay);
        var (point, mean) = (new double[gradient.Length], new double[gradient.Length]);
        for (var i = 0; i < point.Length; i++)
        {
            var (m, g) = (state.Mean[i], gradient[i]);
            point[i] = (state.Centre[i] * keep) - (settings.StepSize * Math.Sign((settings.Beta1 * m) + ((1 - settings.Beta1) * g)));
            mean[i] = (settings.Beta2 * m) + ((1 - settings.Beta2) * g);
        }

        context.Problem.Geometry.Project(point);
        return new State(point, mean);
    }
}
