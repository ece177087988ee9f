using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Muon: momentum m ← μm + (1-μ)g on a weight matrix, whose singular values are then all made alike;
/// x ← x (1 - ηλ) - ηs O, where O is the factor U Vᵀ of m = U S Vᵀ. A vector is a matrix of one row, whose factor is m/|m|.
/// </summary>
[Entry("muon", "Muon",
    Summary = "Momentum on a weight matrix that goes equally far along all its singular directions.",
    Formula = "x ← x − η UVᵀ, m = USVᵀ",
    Source = "Jordan et al.: Muon: An optimizer for hidden layers in neural networks, 2024; scale 0.2: Liu et al., arXiv 2502.16982")]
public sealed class Muon : GradientMethod<Muon.Settings, Muon.State>
{
    /// <summary>How the singular values are made alike.</summary>
    public enum Orthogonalisation
    {
        /// <summary>Nearly, by Newton-Schulz iterations.</summary>
        NewtonSchulz,

        /// <summary>Exactly.</summary>
        Polar,
    }

    /// <summary>The factor s on the step.</summary>
    public enum Scaling
    {
        /// <summary>√max(1, rows/columns).</summary>
        Tall,

        /// <summary>0.2 √max(rows, columns), so that entries move as far as with AdamW.</summary>
        Longest,

        /// <summary>1.</summary>
        None,
    }

    /// <summary>The settings of Muon.</summary>
    public sealed record Settings : StepSettings
    {
        /// <summary>η.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "How far, η, a step goes along each singular direction.")]
        public override double StepSize { get; init; } = 0.05;

        /// <summary>μ.</summary>
        [Range(0.0, 0.9999), Display(Name = "Momentum", Description = "Decay μ of the running mean of the gradient.")]
        public double Momentum { get; init; } = 0.95;

        /// <summary>Rows of x as a matrix.</summary>
        [Range(1, 4096), Display(Name = "Rows", Description = MatrixView.Help)]
        public int Rows { get; init; } = 1;

        /// <summary>Whether the gradient is looked ahead.</summary>
        [Advanced, Display(Name = "Nesterov", Description = "Mix the present gradient into the mean.")]
        public bool Nesterov { get; init; } = true;

        /// <summary>How singular values are made alike.</summary>
        [Advanced, Display(Name = "Orthogonalisation", Description = "How the singular values are made alike.")]
        public Orthogonalisation Factor { get; init; }

        /// <summary>How many iterations.</summary>
        [Range(1, 20), Advanced, Display(Name = "Iterations", Description = "How many Newton-Schulz iterations a step takes.")]
        public int Iterations { get; init; } = 5;

        /// <summary>s.</summary>
        [Advanced, Display(Name = "Scale", Description = "How the step depends on the matrix's shape.")]
        public Scaling Scale { get; init; }

        /// <summary>λ.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Weight decay", Description = "Shrinks the point by ηλ a step.")]
        public double WeightDecay { get; init; }

        /// <summary>Whether m is a sum.</summary>
        [Advanced, Display(Name = "Accumulate", Description = "Let the momentum be a sum instead of a mean, as in earlier releases.")]
        public bool Accumulate { get; init; }
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
        var fresh = settings.Accumulate ? 1 : 1 - settings.Momentum;
        var (point, mean, followed) = (new double[gradient.Length], new double[gradient.Length], new double[gradient.Length]);
        for (var i = 0; i < point.Length; i++)
        {
            mean[i] = (settings.Momentum * state.Mean[i]) + (fresh * gradient[i]);
            followed[i] = settings.Nesterov ? (fresh * gradient[i]) + (settings.Momentum * mean[i]) : mean[i];
        }

        var rows = MatrixView.Rows(point.Length, settings.Rows);
        var factor = settings.Factor == Orthogonalisation.Polar
            ? PolarFactor.Exact(followed, rows)
            : PolarFactor.NewtonSchulz(followed, rows, settings.Iterations);
        var (keep, stepSize) = (1 - (settings.StepSize * settings.WeightDecay), settings.StepSize * Scale(settings.Scale, rows, point.Length / rows));
        for (var i = 0; i < point.Length; i++)
        {
            point[i] = (keep * state.Centre[i]) - (stepSize * factor[i]);
        }

        context.Problem.Geometry.Project(point);
        return new State(point, mean);
    }

    private static double Scale(Scaling scale, int rows, int columns) => scale switch
    {
        Scaling.Tall => Math.Sqrt(Math.Max(1, (double)rows / columns)),
        Scaling.Longest => 0.2 * Math.Sqrt(Math.Max(rows, columns)),
        _ => 1,
    };
}
