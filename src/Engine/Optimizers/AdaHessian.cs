using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// AdaHessian: Adam with the Hessian's diagonal in place of the gradient's square, estimated by D = z·(Hz) with random
/// signs z and averaged over blocks of neighbouring coordinates; x ← x - η (m̂ / (v̂^(k/2) + ε) + λx), v the mean of D².
/// </summary>
[Entry("adahessian", "AdaHessian",
    Summary = "Adam that divides by curvature instead of by the size of gradients.",
    Formula = "x ← x − η m̂/√(mean of (z·Hz)²)",
    Source = "Yao et al.: ADAHESSIAN: An Adaptive Second Order Optimizer for Machine Learning, AAAI 2021, arXiv 2006.00719")]
public sealed class AdaHessian : CurvatureMethod<AdaHessian.Settings, AdamState>
{
    /// <summary>The settings of AdaHessian.</summary>
    public sealed record Settings : AdamSettings
    {
        /// <summary>The defaults of the authors.</summary>
        public Settings() => (StepSize, Epsilon) = (0.15, 1e-4);

        /// <summary>k.</summary>
        [Range(0.0, 1.0), Display(Name = "Hessian power", Description = "The power k of the curvature the step is divided by: 1 is Newton's, 0 none.")]
        public double HessianPower { get; init; } = 1;

        /// <summary>Coordinates that share their curvature.</summary>
        [Range(1, 4096), Advanced, Display(Name = "Block", Description = "How many neighbouring coordinates share one mean curvature.")]
        public int Block { get; init; } = 1;

        /// <summary>h.</summary>
        [Range(1e-8, 1.0), LogScale, Advanced, Display(Name = Curvature.SpacingName, Description = Curvature.SpacingHelp)]
        public double Spacing { get; init; } = 1e-5;
    }

    /// <inheritdoc/>
    protected override AdamState Begin(Context<Settings> context) => AdamState.At(context.Problem.Origin());

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(AdamState state) => state.Centre;

    /// <inheritdoc/>
    protected override double Spacing(Settings settings) => settings.Spacing;

    /// <inheritdoc/>
    protected override int Directions(Context<Settings> context, AdamState state) => 1;

    /// <inheritdoc/>
    protected override void Direction(Context<Settings> context, AdamState state, int index, Span<double> direction)
    {
        context.Noise.Normal(0, direction);
        for (var i = 0; i < direction.Length; i++)
        {
            direction[i] = direction[i] < 0 ? -1 : 1;
        }
    }

    /// <inheritdoc/>
    protected override AdamState Step(
        Context<Settings> context, AdamState state, ReadOnlySpan<double> gradient, ReadOnlySpan<double> directions, ReadOnlySpan<double> products)
    {
        var settings = context.Settings;
        var next = state.Next(settings);
        var diagonal = Diagonal(directions, products, settings.Block);
        for (var i = 0; i < gradient.Length; i++)
        {
            next.Mean[i] = (settings.Beta1 * state.Mean[i]) + ((1 - settings.Beta1) * gradient[i]);
            next.Square[i] = (settings.Beta2 * state.Square[i]) + ((1 - settings.Beta2) * diagonal[i] * diagonal[i]);
            var curvature = Power(next.Square[i] / (1 - next.Power2), settings.HessianPower / 2);
            var step = next.Mean[i] / (1 - next.Power1) / (curvature + settings.Epsilon);
            next.Centre[i] = state.Centre[i] - (settings.StepSize * (step + (settings.WeightDecay * state.Centre[i])));
        }

        context.Problem.Geometry.Project(next.Centre);
        return next;
    }

    private static double[] Diagonal(ReadOnlySpan<double> directions, ReadOnlySpan<double> products, int block)
    {
        var diagonal = new double[directions.Length];
        for (var from = 0; from < diagonal.Length; from += block)
        {
            var to = Math.Min(from + block, diagonal.Length);
            var mean = 0.0;
            for (var i = from; i < to; i++)
            {
                mean += Math.Abs(directions[i] * products[i]) / (to - from);
            }

            diagonal.AsSpan(from..to).Fill(mean);
        }

        return diagonal;
    }

    private static double Power(double x, double power) => x < 1e-300 ? (power > 0 ? 0 : 1) : Exponential.Of(power * NormalQuantile.Log(x));
}
