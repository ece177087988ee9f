namespace Ranking.Engine.Optimizers;

/// <summary>A method that follows a gradient which it estimates from values along random directions.</summary>
/// <typeparam name="TSettings">The settings record.</typeparam>
/// <typeparam name="TState">The state record; its best point is where the estimate is made.</typeparam>
public abstract class ZerothOrderMethod<TSettings, TState> : Optimizer<TSettings, TState>
    where TSettings : EstimateSettings, new()
    where TState : class
{
    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Values;

    /// <inheritdoc/>
    protected override Query Plan(Context<TSettings> context, TState state) => DirectionalEstimate.Plan(context);

    /// <inheritdoc/>
    protected override void Ask(Context<TSettings> context, TState state, Batch batch) =>
        DirectionalEstimate.Ask(context, Best(state), batch, 0, DirectionalEstimate.Directions(context.Settings, batch.Count));

    /// <inheritdoc/>
    protected override TState Tell(Context<TSettings> context, TState state, ReadOnlyBatch batch, Answer answer)
    {
        var gradient = new double[batch.Dimension];
        Estimate(context, state, batch, answer.Losses, gradient);
        return Step(context.Scheduled(), state, gradient);
    }

    /// <summary>Writes the estimate at the present point over zeros.</summary>
    protected virtual void Estimate(Context<TSettings> context, TState state, ReadOnlyBatch batch, ReadOnlySpan<double> losses, Span<double> gradient) =>
        DirectionalEstimate.Add(context, Best(state), batch, losses, 0, DirectionalEstimate.Directions(context.Settings, batch.Count), 1, gradient);

    /// <summary>The state after a step from the present point, whose gradient is estimated to be <paramref name="gradient"/>.</summary>
    protected abstract TState Step(Context<TSettings> context, TState state, ReadOnlySpan<double> gradient);
}
