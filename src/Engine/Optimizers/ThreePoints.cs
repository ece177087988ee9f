using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Stochastic three points: the best of x, x + αs and x - αs for a random unit direction s is the next x. A batch of
/// more than three candidates tries several directions at once.
/// </summary>
[Entry("three-points", "Stochastic three points",
    Summary = "Tries a step to either side along random directions and keeps the best; asks only which is best.",
    Source = "Bergou, Gorbunov, Richtárik: Stochastic Three Points Method for Unconstrained Smooth Minimization, SIAM J. Optimization 2020, arXiv 1902.03591")]
public sealed class ThreePoints : Optimizer<ThreePoints.Settings, ThreePoints.State>
{
    /// <summary>How the step size changes over the rounds t = 1, 2, …</summary>
    public enum Schedule
    {
        /// <summary>α/√t.</summary>
        InverseSqrt,

        /// <summary>α stays.</summary>
        Constant,
    }

    /// <summary>The settings of the stochastic three points method.</summary>
    public sealed record Settings
    {
        /// <summary>α₀.</summary>
        [Range(1e-6, 1e6), LogScale, Display(Name = "Step size", Description = "The length α of the first steps.")]
        public double StepSize { get; init; } = 1;

        /// <summary>The step size over the rounds.</summary>
        [Display(Name = "Step schedule", Description = "Whether the step falls as α/√t over the rounds (inverseSqrt) or stays (constant).")]
        public Schedule Decay { get; init; } = Schedule.InverseSqrt;
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Updates">How many rounds have taught.</param>
    /// <param name="Spread">Verdicts' factor on α.</param>
    public sealed record State(double[] Centre, int Updates, double Spread);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(context.Problem.Origin(), 0, 1);

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state)
    {
        var step = StepSize(context.Settings, state);
        var roles = new Role[1 + (2 * Math.Max(1, (context.Problem.Candidates - 1) / 2))];
        for (var i = 0; i < roles.Length; i++)
        {
            roles[i] = i == 0 ? new Role(RoleKind.Incumbent, 0) : new Role(RoleKind.Step, i % 2 == 1 ? step : -step);
        }

        return new Query(roles.Length, 1, JudgementKind.Ranking, Stage.Explore, [.. roles]);
    }

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        var step = StepSize(context.Settings, state);
        state.Centre.CopyTo(batch[0]);
        for (var i = 1; i < batch.Count; i += 2)
        {
            context.Noise.Direction(i / 2, batch[i]);
            TensorPrimitives.MultiplyAdd(batch[i], -step, state.Centre, batch[i + 1]);
            TensorPrimitives.MultiplyAdd(batch[i], step, state.Centre, batch[i]);
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        if (answer.Verdict is Verdict.AllAlike or Verdict.AllBroken)
        {
            return state with { Spread = Widening.After(state.Spread, answer.Verdict) };
        }

        // In a tie the lowest index is the best: the incumbent stays.
        var best = answer.Comparisons.Order()[0];
        return state with { Centre = best == 0 ? state.Centre : context.Spare.TakeCopy(batch[best]), Updates = state.Updates + 1 };
    }

    /// <inheritdoc/>
    protected override void Retire(State before, State after, SpareVectors spare) => spare.Give(before.Centre == after.Centre ? null : before.Centre);

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    private static double StepSize(Settings settings, State state) =>
        settings.StepSize * state.Spread / (settings.Decay == Schedule.Constant ? 1 : Math.Sqrt(state.Updates + 1));
}
