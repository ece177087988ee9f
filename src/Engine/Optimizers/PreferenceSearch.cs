namespace Ranking.Engine.Optimizers;

/// <summary>
/// What the methods share that model a judge's liking by a Gaussian process: the data, the process's settings, how the
/// favourite is found and how the region around it grows while something beats it and shrinks while nothing does.
/// </summary>
/// <typeparam name="TSettings">The settings record.</typeparam>
public abstract class PreferenceSearch<TSettings> : Optimizer<TSettings, PreferenceState>
    where TSettings : PreferenceModel, new()
{
    private const double Grow = 1.1;
    private const double Shrink = 0.8;
    private const double Widening = 1.5;
    private const double Narrowest = 1e-3;
    private const double Widest = 4;

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking;

    /// <inheritdoc/>
    protected override PreferenceState Begin(Context<TSettings> context) =>
        new(new PreferenceData([], []), context.Problem.Origin(), 0.5, 0);

    /// <inheritdoc/>
    protected override PreferenceState Tell(Context<TSettings> context, PreferenceState state, ReadOnlyBatch batch, Answer answer)
    {
        if (answer.Verdict is Verdict.AllAlike or Verdict.AllBroken)
        {
            var factor = answer.Verdict == Verdict.AllAlike ? Widening : 1 / Widening;
            return new PreferenceState(state.Data, state.Favourite, Math.Clamp(state.Reach * factor, Narrowest, Widest), state.Answers);
        }

        // The favourite is always among the candidates, so "none better" says that it won.
        var favourite = Place(state, batch);
        var comparisons = answer.Verdict == Verdict.NoneBetter ? Comparisons.From(batch.Count, Judgement.Ranking.Of(favourite)) : answer.Comparisons;
        if (comparisons.Count == 0)
        {
            return state;
        }

        var data = state.Data.With(batch, comparisons, context.Settings.Memory);
        var reach = Math.Clamp(state.Reach * (comparisons.Order()[0] == favourite ? Shrink : Grow), Narrowest, Widest);
        var taught = new PreferenceState(data, state.Favourite, reach, state.Answers + 1);
        return taught with { Favourite = data.Points[data.Favourite(taught.Process(Fit(context)))] };
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(PreferenceState state) => state.Favourite;

    /// <summary>The pool of points that might be liked; null before the first answer.</summary>
    private protected static PreferencePool? Pool(Context<TSettings> context, PreferenceState state) => state.Answers == 0
        ? null
        : PreferencePool.Of(
            state.Process(Fit(context)), state.Favourite, context.Problem, context.Noise, context.Settings.Spread, state.Reach);

    /// <summary>Where the favourite stands in its batch.</summary>
    protected abstract int Place(PreferenceState state, ReadOnlyBatch batch);

    // Two points of the region around the favourite are about √(2d) radii apart; twice that is the length scale, so that
    // liking varies over the region as much as the prior says, however small it has become.
    private static Func<PreferenceData, double, PreferenceProcess> Fit(Context<TSettings> context) => (data, reach) => data.Process(
        2 * Math.Sqrt(2.0 * context.Problem.Dimension) * context.Settings.Spread * reach, context.Settings.Noise, context.Settings.TieWidth);
}
