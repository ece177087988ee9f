namespace Ranking.Engine.Optimizers;

/// <summary>A method that asks for the gradient at one point a round, so that a wrapper may estimate it.</summary>
public interface IGradientMethod : IOptimizer;

/// <summary>
/// A method that asks for the value and the gradient at its present point, one point a round. Where its settings are
/// <see cref="StepSettings"/>, the step size follows their schedule.
/// </summary>
/// <typeparam name="TSettings">The settings record.</typeparam>
/// <typeparam name="TState">The state record.</typeparam>
public abstract class GradientMethod<TSettings, TState> : Optimizer<TSettings, TState>, IGradientMethod
    where TSettings : class, new()
    where TState : class
{
    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Gradients;

    /// <inheritdoc/>
    protected override Query Plan(Context<TSettings> context, TState state) =>
        new(1, 1, JudgementKind.Gradients, Stage.Explore, [new Role(RoleKind.Incumbent, 0)]);

    /// <inheritdoc/>
    protected override void Ask(Context<TSettings> context, TState state, Batch batch) => Best(state).CopyTo(batch[0]);

    /// <inheritdoc/>
    protected override TState Tell(Context<TSettings> context, TState state, ReadOnlyBatch batch, Answer answer) =>
        Step(context.Scheduled(), state, answer.Losses[0], answer.Gradients);

    /// <summary>The state after a step from the present point, whose value and gradient are given.</summary>
    protected abstract TState Step(Context<TSettings> context, TState state, double value, ReadOnlySpan<double> gradient);
}
