using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// PolarGrad: momentum m ← μm + (1-μ)g on a weight matrix and a step along its polar factor U, as long as the sum of its
/// singular values n = ⟨m, U⟩: x ← x (1 - ηλ) - ηn U. Unlike Muon's, its steps shrink with the gradient.
/// </summary>
[Entry("polargrad", "PolarGrad",
    Summary = "Muon with steps that shrink with the gradient.",
    Formula = "x ← x − η tr(S) UVᵀ, m = USVᵀ",
    Source = "Lau, Long, Su: PolarGrad: A Class of Matrix-Gradient Optimizers from a Unifying Preconditioning Perspective, 2025, arXiv 2505.21799")]
public sealed class PolarGrad : GradientMethod<PolarGrad.Settings, PolarGrad.State>
{
    /// <summary>The settings of PolarGrad.</summary>
    public sealed record Settings : StepSettings
    {
        /// <summary>η.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "The factor η on the step.")]
        public override double StepSize { get; init; } = 0.02;

        /// <summary>μ.</summary>
        [Range(0.0, 0.9999), Display(Name = "Momentum", Description = "Decay μ of the running mean.")]
        public double Momentum { get; init; } = 0.9;

        /// <summary>Rows of x as a matrix.</summary>
        [Range(1, 4096), Display(Name = "Rows", Description = MatrixView.Help)]
        public int Rows { get; init; } = 1;

        /// <summary>Whether the mean is taken of polar factors.</summary>
        [Advanced, Display(Name = "Polar first", Description = "Take the mean of the gradients' polar factors instead of the polar factor of their mean.")]
        public bool PolarFirst { get; init; }

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
        var rows = MatrixView.Rows(gradient.Length, settings.Rows);
        var averaged = settings.PolarFirst ? PolarFactor.Exact(gradient, rows) : gradient;
        var (point, mean) = (new double[gradient.Length], new double[gradient.Length]);
        for (var i = 0; i < mean.Length; i++)
        {
            mean[i] = (settings.Momentum * state.Mean[i]) + ((1 - settings.Momentum) * averaged[i]);
        }

        var direction = settings.PolarFirst ? mean : PolarFactor.Exact(mean, rows);
        var size = settings.PolarFirst ? Reduce.Dot(gradient, averaged) : Reduce.Dot(mean, direction);
        var keep = 1 - (settings.StepSize * settings.WeightDecay);
        for (var i = 0; i < point.Length; i++)
        {
            point[i] = (keep * state.Centre[i]) - (settings.StepSize * size * direction[i]);
        }

        context.Problem.Geometry.Project(point);
        return new State(point, mean);
    }
}
