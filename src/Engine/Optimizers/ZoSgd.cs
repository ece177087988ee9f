using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Gradient descent on differences of values along random directions, x ← x - η(g + λx) with the estimate g of
/// <see cref="DirectionalEstimate"/>. Central differences along one normal direction are MeZO.
/// </summary>
[Entry("zo-sgd", "ZO-SGD", revision: 2,
    Summary = "Estimates the gradient from values at random points nearby and follows it.",
    Formula = "x ← x − η/q Σ (f(x + μuᵢ) − f(x))/μ uᵢ",
    Source = "Ghadimi, Lan: Stochastic First- and Zeroth-Order Methods, 2013; Nesterov, Spokoiny: Random Gradient-Free Minimization, 2017")]
public sealed class ZoSgd : ZerothOrderMethod<ZoSgd.Settings, ZoSgd.State>
{
    /// <summary>The settings of ZO-SGD.</summary>
    public sealed record Settings : EstimateSettings
    {
        /// <summary>η.</summary>
        [Range(1e-10, 100.0), LogScale, Display(Name = "Step size", Description = "The factor η on the estimated gradient.")]
        public override double StepSize { get; init; } = 0.02;

        /// <summary>λ.</summary>
        [Range(0.0, 10.0), Advanced, Display(Name = "Weight decay", Description = "Shrinks the point by ηλ a step.")]
        public double WeightDecay { get; init; }
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">The point x.</param>
    public sealed record State(double[] Centre);

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(context.Problem.Origin());

    /// <inheritdoc/>
    protected override State Step(Context<Settings> context, State state, ReadOnlySpan<double> gradient)
    {
        var settings = context.Settings;
        var point = new double[gradient.Length];
        TensorPrimitives.Multiply(state.Centre, 1 - (settings.StepSize * settings.WeightDecay), point);
        TensorPrimitives.MultiplyAdd(gradient, -settings.StepSize, point, point);
        context.Problem.Geometry.Project(point);
        return new State(point);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;
}
