using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// AuON: momentum m ← μm + (1-μ)g, looked ahead to G = (1-μ)g + μm and divided by the root mean square of cosh(γG/|G|),
/// which grows with the largest entries: a linear-time stand-in for methods that make singular values alike.
/// </summary>
[Entry("auon", "AuON",
    Summary = "Momentum held back where a few entries dominate it; costs no more than momentum, unlike methods that factor a matrix.",
    Formula = "x ← x − η G/rms(cosh(γG/|G|))",
    Source = "AuON: A Linear-time Alternative to Semi-Orthogonal Momentum Updates, 2025, and the author's program")]
public sealed class AuOn : GradientMethod<AuOn.Settings, AuOn.State>
{
    private const double Tiny = 1e-7;

    /// <summary>What is divided; the two published descriptions disagree.</summary>
    public enum Scaling
    {
        /// <summary>G, as in the author's program.</summary>
        Code,

        /// <summary>G/|G|, times √max(1, rows/columns).</summary>
        Normalised,
    }

    /// <summary>The settings of AuON.</summary>
    public sealed record Settings : StepSettings
    {
        /// <summary>η.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "The factor η on the divided momentum.")]
        public override double StepSize { get; init; } = 0.001;

        /// <summary>μ.</summary>
        [Range(0.0, 0.9999), Display(Name = "Momentum", Description = "Decay μ of the running mean of the gradient.")]
        public double Momentum { get; init; } = 0.95;

        /// <summary>γ.</summary>
        [Range(0.0, 100.0), Advanced, Display(Name = "Sharpness", Description = "How much, γ, large entries hold the step back.")]
        public double Gamma { get; init; } = 1.5;

        /// <summary>What is divided.</summary>
        [Advanced, Display(Name = "Form", Description = "Whether the momentum itself is divided, as in the author's program (code), or the momentum of length 1 (normalised).")]
        public Scaling Form { get; init; }

        /// <summary>Whether singular values are made alike besides.</summary>
        [Advanced, Display(Name = "Hybrid", Description = "First make the singular values of a matrix of two rows or more nearly alike, by Newton-Schulz iterations.")]
        public bool Hybrid { get; init; }

        /// <summary>How many iterations.</summary>
        [Range(1, 20), Advanced, Display(Name = "Iterations", Description = "How many Newton-Schulz iterations a hybrid step takes.")]
        public int Iterations { get; init; } = 5;

        /// <summary>Rows of x as a matrix.</summary>
        [Range(1, 4096), Advanced, Display(Name = "Rows", Description = MatrixView.Help)]
        public int Rows { get; init; } = 1;

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
        var (point, mean, ahead) = (new double[gradient.Length], new double[gradient.Length], new double[gradient.Length]);
        TensorPrimitives.Multiply(gradient, 1 - settings.Momentum, ahead);
        TensorPrimitives.MultiplyAdd(state.Mean, settings.Momentum, ahead, mean);
        TensorPrimitives.MultiplyAdd(mean, settings.Momentum, ahead, ahead);
        var rows = MatrixView.Rows(gradient.Length, settings.Rows);
        if (settings.Hybrid && rows > 1)
        {
            ahead = PolarFactor.NewtonSchulz(ahead, rows, settings.Iterations);
        }

        var length = Reduce.Norm(ahead);
        var step = settings.StepSize / (Spread(ahead, settings.Gamma / (length + Tiny)) + 1e-8);
        if (settings.Form == Scaling.Normalised)
        {
            step *= Math.Sqrt(Math.Max(1, (double)rows * rows / gradient.Length)) / (length + Tiny);
        }

        TensorPrimitives.Multiply(state.Centre, 1 - (settings.StepSize * settings.WeightDecay), point);
        TensorPrimitives.MultiplyAdd(ahead, -step, point, point);
        context.Problem.Geometry.Project(point);
        return new State(point, mean);
    }

    // The root mean square of cosh of the scaled entries.
    private static double Spread(ReadOnlySpan<double> entries, double scale)
    {
        var sum = 0.0;
        foreach (var entry in entries)
        {
            var cosh = (Exponential.Of(scale * entry) + Exponential.Of(-scale * entry)) / 2;
            sum += cosh * cosh;
        }

        return Math.Sqrt(sum / entries.Length);
    }
}
