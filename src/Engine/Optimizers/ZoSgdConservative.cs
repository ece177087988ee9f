using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Conservative ZO-SGD: after an estimate g the best of x, x - ηg and x + ηg becomes the next point, so that a judge
/// without noise never sees it get worse. The choice needs an order only; a tie stays at x.
/// </summary>
[Entry("zo-sgd-cons", "ZO-SGD, conservative",
    Summary = "Estimates the gradient from values nearby, then compares staying, the step and the opposite step.",
    Source = "Zhang et al.: Revisiting Zeroth-Order Optimization for Memory-Efficient LLM Fine-Tuning, ICML 2024, arXiv 2402.11592")]
public sealed class ZoSgdConservative : Optimizer<ZoSgdConservative.Settings, ZoSgdConservative.State>
{
    /// <summary>The settings of conservative ZO-SGD.</summary>
    public sealed record Settings : EstimateSettings
    {
        /// <summary>η.</summary>
        [Range(1e-10, 100.0), LogScale, Display(Name = "Step size", Description = "The factor η on the estimated gradient.")]
        public override double StepSize { get; init; } = 0.05;

        /// <summary>The authors take central differences.</summary>
        [Display(Name = "Difference", Description = "Forward differences use m points for m - 1 directions, central ones for m/2, more accurately.")]
        public override Difference Form { get; init; } = Difference.Central;
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Gradient">g while its steps are compared; else null.</param>
    /// <param name="Steps">How often steps have been compared.</param>
    public sealed record State(double[] Centre, double[]? Gradient, int Steps);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Values;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(context.Problem.Origin(), null, 0);

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state)
    {
        if (state.Gradient is null)
        {
            return DirectionalEstimate.Plan(context);
        }

        var step = StepSize(context, state);
        return new Query(
            3, 1, JudgementKind.Ranking | JudgementKind.Values, Stage.LineSearch,
            [new Role(RoleKind.Incumbent, 0), new Role(RoleKind.Step, -step), new Role(RoleKind.Step, step)]);
    }

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        if (state.Gradient is not { } gradient)
        {
            DirectionalEstimate.Ask(context, state.Centre, batch, 0, DirectionalEstimate.Directions(context.Settings, batch.Count));
            return;
        }

        var step = StepSize(context, state);
        state.Centre.CopyTo(batch[0]);
        TensorPrimitives.MultiplyAdd(gradient, -step, state.Centre, batch[1]);
        TensorPrimitives.MultiplyAdd(gradient, step, state.Centre, batch[2]);
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        if (state.Gradient is not null)
        {
            return new State(batch[answer.Comparisons.Order()[0]].ToArray(), null, state.Steps + 1);
        }

        var gradient = new double[batch.Dimension];
        DirectionalEstimate.Add(
            context, state.Centre, batch, answer.Losses, 0, DirectionalEstimate.Directions(context.Settings, batch.Count), 1, gradient);
        return state with { Gradient = gradient };
    }

    /// <inheritdoc/>
    protected override State Skip(Context<Settings> context, State state) => state with { Gradient = null };

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    private static double StepSize(Context<Settings> context, State state) => context.Settings.SizeAt(state.Steps);
}
