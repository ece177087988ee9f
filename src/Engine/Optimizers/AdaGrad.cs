using System.ComponentModel.DataAnnotations;

namespace Ranking.Engine.Optimizers;

/// <summary>AdaGrad: x ← x - η/(1 + (t-1)κ) g / (√Σg² + ε), each coordinate by its own sum of squares.</summary>
[Entry("adagrad", "AdaGrad",
    Summary = "Divides each coordinate by all it has seen, so that steps shrink and seldom moved coordinates go far.",
    Formula = "x ← x − η g/(√Σg² + ε)",
    Source = "Duchi, Hazan, Singer: Adaptive Subgradient Methods for Online Learning and Stochastic Optimization, JMLR 2011")]
public sealed class AdaGrad : GradientMethod<AdaGrad.Settings, AdaGrad.State>
{
    /// <summary>The settings of AdaGrad.</summary>
    public sealed record Settings : StepSettings
    {
        /// <summary>η.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "The length η of the first step in each coordinate.")]
        public override double StepSize { get; init; } = 0.5;

        /// <summary>κ.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Step decay", Description = "How fast, κ, the step size falls with the number of steps besides.")]
        public double StepDecay { get; init; }

        /// <summary>The sum of squares at the start.</summary>
        [Range(0.0, 1e6), Advanced, Display(Name = "Initial sum", Description = "The sum of squares before the first gradient.")]
        public double InitialSum { get; init; }

        /// <summary>ε.</summary>
        [Range(1e-16, 1.0), LogScale, Advanced, Display(Name = "Epsilon", Description = "Added to the root, so that nothing is divided by zero.")]
        public double Epsilon { get; init; } = 1e-10;

        /// <summary>λ.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Weight decay", Description = "Adds λx to the gradient.")]
        public double WeightDecay { get; init; }
    }

    /// <summary>The state between two steps.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Sum">Σg².</param>
    /// <param name="Steps">How many steps were taken.</param>
    public sealed record State(double[] Centre, double[] Sum, int Steps);

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context)
    {
        var sum = new double[context.Problem.Dimension];
        Array.Fill(sum, context.Settings.InitialSum);
        return new State(context.Problem.Origin(), sum, 0);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    /// <inheritdoc/>
    protected override State Step(Context<Settings> context, State state, double value, ReadOnlySpan<double> gradient)
    {
        var settings = context.Settings;
        var stepSize = settings.StepSize / (1 + (state.Steps * settings.StepDecay));
        var (point, sum) = (new double[gradient.Length], new double[gradient.Length]);
        for (var i = 0; i < point.Length; i++)
        {
            var x = state.Centre[i];
            var g = gradient[i] + (settings.WeightDecay * x);
            sum[i] = state.Sum[i] + (g * g);
            point[i] = x - (stepSize * g / (Math.Sqrt(sum[i]) + settings.Epsilon));
        }

        context.Problem.Geometry.Project(point);
        return new State(point, sum, state.Steps + 1);
    }
}
