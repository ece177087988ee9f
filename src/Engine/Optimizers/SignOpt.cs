using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Sign-OPT: the gradient from the signs of single comparisons, g = 1/q Σ sign(f(x+ruᵢ) - f(x)) uᵢ, x ← x - ηg.
/// Directions that do not fit one batch are measured over several; the incumbent is shown in each, so nothing is lost.
/// </summary>
[Entry("sign-opt", "Sign-OPT",
    Summary = "Asks of each perturbation only whether it is better or worse than the present point, and averages the answers to a direction.",
    Source = "Cheng, Singh, Chen, Chen, Liu, Hsieh: Sign-OPT, ICLR 2020, arXiv 1909.10773")]
public sealed class SignOpt : Optimizer<SignOpt.Settings, SignOpt.State>
{
    /// <summary>Where directions are drawn.</summary>
    public enum Distribution
    {
        /// <summary>Standard normal.</summary>
        Gaussian,

        /// <summary>Uniform on the unit sphere.</summary>
        Sphere,
    }

    /// <summary>How the step size changes over the updates t = 1, 2, …</summary>
    public enum Schedule
    {
        /// <summary>η stays.</summary>
        Constant,

        /// <summary>η/√t.</summary>
        InverseSqrt,
    }

    /// <summary>The settings of Sign-OPT.</summary>
    public sealed record Settings
    {
        /// <summary>r.</summary>
        [Range(1e-6, 1000.0), LogScale, Display(Name = "Perturbation", Description = "How far r along a direction the compared points lie from the present one.")]
        public double Smoothing { get; init; } = 0.1;

        /// <summary>η.</summary>
        [Range(1e-6, 1000.0), LogScale, Display(Name = "Step size", Description = "The factor η on the averaged direction.")]
        public double StepSize { get; init; } = 0.2;

        /// <summary>q.</summary>
        [Range(0, 4096), Display(Name = "Directions", Description = "How many directions q an update averages; 0 takes as many as one batch shows, more are spread over several batches.")]
        public int Directions { get; init; }

        /// <summary>Where directions are drawn.</summary>
        [Advanced, Display(Name = "Distribution", Description = "Standard normal directions (gaussian) or unit ones (sphere).")]
        public Distribution Draw { get; init; } = Distribution.Gaussian;

        /// <summary>The step size over the updates.</summary>
        [Advanced, Display(Name = "Step schedule", Description = "Whether the step size stays (constant) or falls as η/√t over the updates (inverseSqrt).")]
        public Schedule Decay { get; init; } = Schedule.Constant;
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Sum">The signed sum of the directions measured at x.</param>
    /// <param name="Measured">How many directions that are.</param>
    /// <param name="Updates">Finished updates.</param>
    /// <param name="Spread">Verdicts' factor on r.</param>
    public sealed record State(double[] Centre, double[] Sum, int Measured, int Updates, double Spread);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) =>
        new(context.Problem.Origin(), new double[context.Problem.Dimension], 0, 0, 1);

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state)
    {
        var roles = new Role[1 + OneBit.Count(context.Problem.Candidates, context.Settings.Directions, state.Measured)];
        roles[0] = new Role(RoleKind.Incumbent, 0);
        return new Query(roles.Length, Math.Min(context.Problem.RankTop, roles.Length), JudgementKind.Ranking, Stage.Explore, [.. roles]);
    }

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        state.Centre.CopyTo(batch[0]);
        for (var i = 1; i < batch.Count; i++)
        {
            if (context.Settings.Draw == Distribution.Sphere)
            {
                context.Noise.Direction(i - 1, batch[i]);
            }
            else
            {
                context.Noise.Normal(i - 1, batch[i]);
            }

            TensorPrimitives.MultiplyAdd(batch[i], context.Settings.Smoothing * state.Spread, state.Centre, batch[i]);
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        if (answer.Comparisons.Count == 0)
        {
            return state with { Spread = Widening.After(state.Spread, answer.Verdict) };
        }

        var settings = context.Settings;
        var sum = context.Spare.TakeCopy(state.Sum);
        OneBit.AddTo(batch, answer.Comparisons, settings.Smoothing * state.Spread, sum);
        var measured = state.Measured + batch.Count - 1;
        if (measured < settings.Directions)
        {
            return state with { Sum = sum, Measured = measured };
        }

        var step = settings.Decay == Schedule.Constant ? settings.StepSize : settings.StepSize / Math.Sqrt(state.Updates + 1);
        TensorPrimitives.MultiplyAdd(sum, -step / measured, state.Centre, sum);
        context.Problem.Geometry.Project(sum);
        return state with { Centre = sum, Sum = context.Spare.TakeZeros(sum.Length), Measured = 0, Updates = state.Updates + 1 };
    }

    /// <inheritdoc/>
    protected override void Retire(State before, State after, SpareVectors spare)
    {
        spare.Give(before.Centre == after.Centre ? null : before.Centre);
        spare.Give(before.Sum == after.Sum ? null : before.Sum);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;
}
