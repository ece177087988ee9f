using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Sophia-H: the mean m of gradients divided by the mean h of the Hessian's diagonal and clipped,
/// x ← x (1 - ηλ) - η clip(m / max(γh, ε), 1). Every few steps h learns Hutchinson's estimate z·(Hz) with normal z.
/// </summary>
[Entry("sophia", "Sophia",
    Summary = "Newton's step along each coordinate, but never longer than the step size.",
    Formula = "x ← x − η clip(m/max(γh, ε), 1)",
    Source = "Liu et al.: Sophia: A Scalable Stochastic Second-order Optimizer for Language Model Pre-training, ICLR 2024, arXiv 2305.14342")]
public sealed class Sophia : CurvatureMethod<Sophia.Settings, Sophia.State>
{
    /// <summary>The settings of Sophia.</summary>
    public sealed record Settings : StepSettings
    {
        /// <summary>η.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "The longest step η in each coordinate.")]
        public override double StepSize { get; init; } = 0.05;

        /// <summary>β₁.</summary>
        [Range(0.0, 0.9999), Display(Name = "Gradient memory", Description = "Decay β₁ of the running mean of the gradient.")]
        public double Beta1 { get; init; } = 0.9;

        /// <summary>β₂.</summary>
        [Range(0.0, 0.999999), Display(Name = "Curvature memory", Description = "Decay β₂ of the running mean of the curvature.")]
        public double Beta2 { get; init; } = 0.99;

        /// <summary>γ.</summary>
        [Range(1e-6, 100.0), LogScale, Display(Name = "Curvature share", Description = "The factor γ on the curvature: smaller lets more coordinates be clipped.")]
        public double Gamma { get; init; } = 0.05;

        /// <summary>How seldom curvature is measured.</summary>
        [Range(1, 1000), Display(Name = "Refresh every", Description = "How many rounds share one measurement of curvature.")]
        public int Period { get; init; } = 10;

        /// <summary>ε.</summary>
        [Range(1e-16, 1.0), LogScale, Advanced, Display(Name = "Epsilon", Description = "The least curvature a step is divided by.")]
        public double Epsilon { get; init; } = 1e-12;

        /// <summary>λ.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Weight decay", Description = "Shrinks the point by ηλ a step.")]
        public double WeightDecay { get; init; }

        /// <summary>h.</summary>
        [Range(1e-8, 1.0), LogScale, Advanced, Display(Name = Curvature.SpacingName, Description = Curvature.SpacingHelp)]
        public double Spacing { get; init; } = 1e-5;
    }

    /// <summary>The state between two steps.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Mean">m.</param>
    /// <param name="Curvature">h.</param>
    /// <param name="Age">Steps since curvature was measured.</param>
    public sealed record State(double[] Centre, double[] Mean, double[] Curvature, int Age);

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) =>
        new(context.Problem.Origin(), new double[context.Problem.Dimension], new double[context.Problem.Dimension], 0);

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    /// <inheritdoc/>
    protected override double Spacing(Settings settings) => settings.Spacing;

    /// <inheritdoc/>
    protected override int Directions(Context<Settings> context, State state) => state.Age == 0 ? 1 : 0;

    /// <inheritdoc/>
    protected override void Direction(Context<Settings> context, State state, int index, Span<double> direction) =>
        context.Noise.Normal(0, direction);

    /// <inheritdoc/>
    protected override State Step(
        Context<Settings> context, State state, ReadOnlySpan<double> gradient, ReadOnlySpan<double> directions, ReadOnlySpan<double> products)
    {
        var settings = context.Settings;
        var keep = 1 - (settings.StepSize * settings.WeightDecay);
        var (point, mean, curvature) = (new double[gradient.Length], new double[gradient.Length], state.Curvature);
        if (state.Age == 0)
        {
            curvature = new double[gradient.Length];
            for (var i = 0; i < curvature.Length; i++)
            {
                curvature[i] = (settings.Beta2 * state.Curvature[i]) + ((1 - settings.Beta2) * directions[i] * products[i]);
            }
        }

        for (var i = 0; i < point.Length; i++)
        {
            mean[i] = (settings.Beta1 * state.Mean[i]) + ((1 - settings.Beta1) * gradient[i]);
            var step = Math.Clamp(mean[i] / Math.Max(settings.Gamma * curvature[i], settings.Epsilon), -1, 1);
            point[i] = (keep * state.Centre[i]) - (settings.StepSize * step);
        }

        context.Problem.Geometry.Project(point);
        return new State(point, mean, curvature, (state.Age + 1) % settings.Period);
    }
}
