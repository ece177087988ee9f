using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Gradient descent in the metric that the graph of the function has as a surface: steps shrink by s = 1/(1 + ξ|g|²),
/// with |g|² averaged over steps, so that steep slopes are taken slowly; x ← x (1 - ηλ) - ηs m̂.
/// </summary>
[Entry("induced-metric", "Induced metric",
    Summary = "Gradient descent measured along the surface of the landscape: slow where it is steep.",
    Formula = "x ← x − η m̂/(1 + ξ|g|²)",
    Source = "Harvey: The Optimiser Hidden in Plain Sight: Training with the Loss Landscape's Induced Metric, 2025, arXiv 2509.03594")]
public sealed class InducedMetric : GradientMethod<InducedMetric.Settings, InducedMetric.State>
{
    /// <summary>Which surface gives the metric.</summary>
    public enum Surface
    {
        /// <summary>The graph of f: s = 1/(1 + ξ|g|²).</summary>
        Plain,

        /// <summary>The graph of ln f: s = f/(f² + ξ|g|²).</summary>
        Log,

        /// <summary>The graph of f over coordinates scaled as by RMSProp.</summary>
        Rms,
    }

    /// <summary>The settings of the induced metric.</summary>
    public sealed record Settings : StepSettings
    {
        /// <summary>η.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "The factor η on the gradient where the landscape is level.")]
        public override double StepSize { get; init; } = 0.1;

        /// <summary>Which surface.</summary>
        [Display(Name = "Surface", Description = "The surface whose metric is used.")]
        public Surface Form { get; init; }

        /// <summary>ξ.</summary>
        [Range(0.0, 1e6), LogScale, Display(Name = "Height", Description = "How much, ξ, height counts against distance in the plane.")]
        public double Height { get; init; } = 0.1;

        /// <summary>μ.</summary>
        [Range(0.0, 0.9999), Display(Name = "Gradient memory", Description = "Decay μ of the running mean of the gradient.")]
        public double Momentum { get; init; } = 0.9;

        /// <summary>β.</summary>
        [Range(0.0, 0.9999), Display(Name = "Slope memory", Description = "Decay β of the running mean of ξ|g|².")]
        public double Beta { get; init; } = 0.8;

        /// <summary>β of the coordinates' scale.</summary>
        [Range(0.0, 0.999999), Advanced, Display(Name = "Square memory", Description = "Decay of the running mean of the squared gradient that scales coordinates.")]
        public double BetaRms { get; init; } = 0.99;

        /// <summary>ε.</summary>
        [Range(1e-16, 1.0), LogScale, Advanced, Display(Name = "Epsilon", Description = "Added to the root, so that nothing is divided by zero.")]
        public double Epsilon { get; init; } = 1e-8;

        /// <summary>λ.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Weight decay", Description = "Shrinks the point by ηλ a step.")]
        public double WeightDecay { get; init; }
    }

    /// <summary>The state between two steps.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Mean">m.</param>
    /// <param name="Square">The running mean of the squared gradient.</param>
    /// <param name="Slope">The running mean of ξ|g|².</param>
    /// <param name="PowerMean">μᵗ after t steps.</param>
    /// <param name="PowerSlope">βᵗ after t steps.</param>
    /// <param name="PowerSquare">The decay of the squares to the power t.</param>
    /// <param name="Scale">s of the last step.</param>
    public sealed record State(
        double[] Centre, double[] Mean, double[] Square, double Slope, double PowerMean, double PowerSlope, double PowerSquare, double Scale);

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context)
    {
        var dimension = context.Problem.Dimension;
        return new State(context.Problem.Origin(), new double[dimension], new double[dimension], 0, 1, 1, 1, 1);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    /// <inheritdoc/>
    protected override State Step(Context<Settings> context, State state, double value, ReadOnlySpan<double> gradient)
    {
        var settings = context.Settings;
        var (powerMean, powerSlope) = (state.PowerMean * settings.Momentum, state.PowerSlope * settings.Beta);
        var powerSquare = state.PowerSquare * settings.BetaRms;
        var (point, mean, square) = (new double[gradient.Length], new double[gradient.Length], new double[gradient.Length]);
        var (unit, weighted) = (new double[gradient.Length], new double[gradient.Length]);
        for (var i = 0; i < point.Length; i++)
        {
            mean[i] = (settings.Momentum * state.Mean[i]) + ((1 - settings.Momentum) * gradient[i]);
            square[i] = (settings.BetaRms * state.Square[i]) + ((1 - settings.BetaRms) * gradient[i] * gradient[i]);
            unit[i] = settings.Form == Surface.Rms ? Math.Sqrt(square[i] / (1 - powerSquare)) + settings.Epsilon : 1;
            weighted[i] = gradient[i] / unit[i];
        }

        var slope = (settings.Beta * state.Slope) + ((1 - settings.Beta) * settings.Height * Reduce.Dot(gradient, weighted));
        var averaged = slope / (1 - powerSlope);
        var scale = settings.Form == Surface.Log ? Logarithmic(value, averaged) : 1 / (1 + averaged);
        var keep = 1 - (settings.StepSize * settings.WeightDecay);
        for (var i = 0; i < point.Length; i++)
        {
            point[i] = (keep * state.Centre[i]) - (settings.StepSize * scale * mean[i] / ((1 - powerMean) * unit[i]));
        }

        context.Problem.Geometry.Project(point);
        return new State(point, mean, square, slope, powerMean, powerSlope, powerSquare, scale);
    }

    // Level ground at the value zero, where the logarithm has no surface, is left alone.
    private static double Logarithmic(double value, double slope) =>
        (value * value) + slope is var whole && whole > 0 ? value / whole : 0;
}
