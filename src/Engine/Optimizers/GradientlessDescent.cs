using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Gradientless descent: a sweep shows points at radii from large to small around x, each in a random direction of
/// expected length 1, and the best of them and x is the next x. A sweep that does not fit one batch goes on in the
/// next, where its best so far is shown again: the winner is the same as in one large batch.
/// </summary>
/// <typeparam name="TSettings">The settings record.</typeparam>
public abstract class GradientlessDescent<TSettings> : Optimizer<TSettings, GradientlessDescent<TSettings>.State>
    where TSettings : class, new()
{
    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">The point x around which a sweep is drawn.</param>
    /// <param name="Winner">The best of x and the points shown in this sweep.</param>
    /// <param name="Shown">How many points of this sweep have been shown.</param>
    /// <param name="Sweeps">Finished sweeps.</param>
    /// <param name="Spread">Verdicts' factor on the radii.</param>
    public sealed record State(double[] Centre, double[] Winner, int Shown, int Sweeps, double Spread);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking;

    /// <summary>How many points a sweep has beside x.</summary>
    protected abstract int Points(TSettings settings);

    /// <summary>The radius of point <paramref name="k"/>, from 0, of the sweep with this number, from 0.</summary>
    protected abstract double Radius(TSettings settings, int dimension, int sweep, int k);

    /// <summary>The smallest whole K with 2ᴷ ≥ <paramref name="ratio"/>, at least 0.</summary>
    protected static int Halvings(double ratio)
    {
        var halvings = 0;
        for (var power = 1.0; power < ratio; power *= 2)
        {
            halvings++;
        }

        return halvings;
    }

    /// <inheritdoc/>
    protected override State Begin(Context<TSettings> context)
    {
        var origin = context.Problem.Origin();
        return new State(origin, origin, 0, 0, 1);
    }

    /// <inheritdoc/>
    protected override Query Plan(Context<TSettings> context, State state)
    {
        var samples = Math.Min(Math.Max(1, context.Problem.Candidates - 1), Points(context.Settings) - state.Shown);
        var roles = new Role[samples + 1];
        roles[0] = new Role(RoleKind.Incumbent, 0);
        return new Query(roles.Length, 1, JudgementKind.Ranking, Stage.Explore, [.. roles]);
    }

    /// <inheritdoc/>
    protected override void Ask(Context<TSettings> context, State state, Batch batch)
    {
        state.Winner.CopyTo(batch[0]);
        var unit = state.Spread / Math.Sqrt(batch.Dimension);
        for (var i = 1; i < batch.Count; i++)
        {
            var k = state.Shown + i - 1;
            context.Noise.Normal(k, batch[i]);
            TensorPrimitives.MultiplyAdd(
                batch[i], Radius(context.Settings, batch.Dimension, state.Sweeps, k) * unit, state.Centre, batch[i]);
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<TSettings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        if (answer.Verdict is Verdict.AllAlike or Verdict.AllBroken)
        {
            return state with { Spread = Widening.After(state.Spread, answer.Verdict) };
        }

        // In a tie the lowest index is the best: the incumbent stays.
        var best = answer.Comparisons.Order()[0];
        var winner = best == 0 ? state.Winner : context.Spare.TakeCopy(batch[best]);
        var shown = state.Shown + batch.Count - 1;
        return shown < Points(context.Settings)
            ? state with { Winner = winner, Shown = shown }
            : new State(winner, winner, 0, state.Sweeps + 1, state.Spread);
    }

    /// <inheritdoc/>
    protected override void Retire(State before, State after, SpareVectors spare)
    {
        spare.Give(before.Centre == after.Centre || before.Centre == after.Winner ? null : before.Centre);
        spare.Give(before.Winner == after.Centre || before.Winner == after.Winner ? null : before.Winner);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Winner;
}
