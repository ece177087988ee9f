using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// SCOBO: one-bit comparisons along random directions, from which one-bit compressed sensing finds a gradient that has
/// few large entries; x moves against it by a fixed step or by one that doubles while it helps. Measurements that do
/// not fit one batch are taken over several; the incumbent is shown in each, so nothing is lost.
/// </summary>
[Entry("scobo", "SCOBO", revision: 2,
    Summary = "Finds which few coordinates matter from better-or-worse answers, and moves along them.",
    Source = "Cai, McKenzie, Yin, Zhang: A One-Bit, Comparison-Based Gradient Estimator, ACHA 2022, arXiv 2010.02479")]
public sealed class Scobo : Optimizer<Scobo.Settings, Scobo.State>
{
    private const int MostDoublings = 40;

    /// <summary>The settings of SCOBO.</summary>
    public sealed record Settings
    {
        /// <summary>r.</summary>
        [Range(1e-6, 1000.0), LogScale, Display(Name = "Perturbation", Description = "The distance r of the compared points from the present one.")]
        public double Smoothing { get; init; } = 0.1;

        /// <summary>s.</summary>
        [Range(1.0, 1e6), LogScale, Display(Name = "Sparsity", Description = "How many coordinates s are expected to matter; the dimension or more expects all to.")]
        public double Sparsity { get; init; } = 20;

        /// <summary>α.</summary>
        [Range(1e-6, 1000.0), LogScale, Display(Name = "Step size", Description = "The length α of a step; of the shortest one with line search.")]
        public double StepSize { get; init; } = 0.1;

        /// <summary>m.</summary>
        [Range(0, 4096), Display(Name = "Measurements", Description = "How many directions m an update compares; 0 takes as many as one batch shows, more are spread over several batches.")]
        public int Measurements { get; init; }

        /// <summary>Whether the step doubles while it helps.</summary>
        [Display(Name = "Line search", Description = "Show steps α, 2α, 4α and so on, and go as far as each is better than the one before.")]
        public bool LineSearch { get; init; } = true;

        /// <summary>Trial steps of a line-search batch.</summary>
        [Range(1, 32), Advanced, Display(Name = "Trial steps", Description = "How many steps a batch of the line search shows; further ones follow in the next batch while all help.")]
        public int TrialPoints { get; init; } = 4;
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Sum">The signed sum of the directions measured at x.</param>
    /// <param name="Measured">How many directions that are.</param>
    /// <param name="Direction">During a line search: the unit direction of descent, else null.</param>
    /// <param name="Doublings">During a line search: the exponent of the first trial step, α2ᵖ.</param>
    /// <param name="Spread">Verdicts' factor on r.</param>
    /// <param name="Reach">Verdicts' factor on α.</param>
    public sealed record State(double[] Centre, double[] Sum, int Measured, double[]? Direction, int Doublings, double Spread, double Reach);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) =>
        new(context.Problem.Origin(), new double[context.Problem.Dimension], 0, null, 0, 1, 1);

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state)
    {
        if (state.Direction is null)
        {
            var samples = new Role[1 + OneBit.Count(context.Problem.Candidates, context.Settings.Measurements, state.Measured)];
            samples[0] = new Role(RoleKind.Incumbent, 0);
            return new Query(samples.Length, Math.Min(context.Problem.RankTop, samples.Length), JudgementKind.Ranking, Stage.Explore, [.. samples]);
        }

        // Neighbouring steps are compared with each other, so the whole order is wanted.
        var roles = ImmutableArray.CreateBuilder<Role>(context.Settings.TrialPoints + 1);
        for (var i = 0; i <= context.Settings.TrialPoints; i++)
        {
            var exponent = state.Doublings + i - 1;
            roles.Add(exponent < 0 ? new Role(RoleKind.Incumbent, 0) : new Role(RoleKind.Step, StepSize(context.Settings, state, exponent)));
        }

        return new Query(roles.Count, roles.Count, JudgementKind.Ranking, Stage.LineSearch, roles.MoveToImmutable());
    }

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        if (state.Direction is null)
        {
            state.Centre.CopyTo(batch[0]);
            for (var i = 1; i < batch.Count; i++)
            {
                context.Noise.Direction(i - 1, batch[i]);
                TensorPrimitives.MultiplyAdd(batch[i], context.Settings.Smoothing * state.Spread, state.Centre, batch[i]);
            }

            return;
        }

        var roles = Plan(context, state).Roles;
        for (var i = 0; i < batch.Count; i++)
        {
            TensorPrimitives.MultiplyAdd(state.Direction, roles[i].Step, state.Centre, batch[i]);
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer) =>
        state.Direction is null ? Measured(context, state, batch, answer) : Searched(context, state, batch, answer);

    /// <inheritdoc/>
    protected override State Skip(Context<Settings> context, State state) => state.Direction is null ? state : At(context, state, state.Centre);

    /// <inheritdoc/>
    protected override void Retire(State before, State after, SpareVectors spare)
    {
        spare.Give(before.Centre == after.Centre ? null : before.Centre);
        spare.Give(before.Sum == after.Sum ? null : before.Sum);
        spare.Give(before.Direction == after.Direction ? null : before.Direction);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    /// <summary>
    /// Replaces c by the vector g that maximises c·g under |g|₁ ≤ √s, |g|₂ ≤ 1 (Plan, Vershynin, 2013): c/|c|₂ where that
    /// fits, else c with all entries shrunk by the one threshold at which |g|₁ = √s, to length 1. Where the entries above
    /// it are a many of mean M and variance V, the threshold is M - √(sV/(a-s)).
    /// </summary>
    /// <param name="c">The vector c, then g.</param>
    /// <param name="sparsity">s.</param>
    /// <param name="work">As many numbers, which are overwritten.</param>
    public static void Project(Span<double> c, double sparsity, Span<double> work)
    {
        var norm = Reduce.Norm(c);
        TensorPrimitives.Abs(c, work);
        if (norm > 0 && Sum(work) > Math.Sqrt(sparsity) * norm)
        {
            Shrink(c, sparsity, work);
            norm = Reduce.Norm(c);
        }

        TensorPrimitives.Divide(c, norm == 0 ? 1 : norm, c);
    }

    // The threshold of all entries is too low, for those below it take from |g|₁ and add to |g|₂. Without them it rises,
    // and so on until all that are left lie above it.
    private static void Shrink(Span<double> c, double sparsity, Span<double> left)
    {
        var threshold = 0.0;
        for (var count = 0; count != left.Length;)
        {
            count = left.Length;
            var mean = Sum(left) / count;
            var variance = Math.Max(0, (Reduce.SumOfSquares(left) / count) - (mean * mean));
            threshold = mean - Math.Sqrt(sparsity * variance / (count - sparsity));
            left = Above(left, threshold);
            if (left.Length <= sparsity || sparsity == 1)
            {
                KeepLargest(c);
                return;
            }
        }

        for (var i = 0; i < c.Length; i++)
        {
            c[i] = Math.CopySign(Math.Max(0, Math.Abs(c[i]) - threshold), c[i]);
        }
    }

    // Moves the entries above the threshold to the front.
    private static Span<double> Above(Span<double> entries, double threshold)
    {
        var count = 0;
        foreach (var entry in entries)
        {
            entries[count] = entry;
            count += entry > threshold ? 1 : 0;
        }

        return entries[..count];
    }

    private static double Sum(ReadOnlySpan<double> entries)
    {
        var sum = 0.0;
        foreach (var entry in entries)
        {
            sum += entry;
        }

        return sum;
    }

    // The answer for s = 1, and an admissible one where equal entries leave no threshold.
    private static void KeepLargest(Span<double> c)
    {
        var largest = TensorPrimitives.IndexOfMaxMagnitude<double>(c);
        var sign = Math.Sign(c[largest]);
        c.Clear();
        c[largest] = sign;
    }

    private static State Measured(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        if (answer.Comparisons.Count == 0)
        {
            return state with { Spread = Widening.After(state.Spread, answer.Verdict) };
        }

        var settings = context.Settings;
        var sum = context.Spare.TakeCopy(state.Sum);
        OneBit.AddTo(batch, answer.Comparisons, settings.Smoothing * state.Spread, sum);
        var measured = state.Measured + batch.Count - 1;
        if (measured < settings.Measurements)
        {
            return state with { Sum = sum, Measured = measured };
        }

        var (direction, work) = (context.Spare.TakeCopy(sum), context.Spare.Take(sum.Length));
        Project(direction, settings.Sparsity, work);
        TensorPrimitives.Negate(direction, direction);
        context.Spare.Give(work);
        if (settings.LineSearch)
        {
            return state with { Sum = sum, Measured = measured, Direction = direction, Doublings = 0 };
        }

        TensorPrimitives.MultiplyAdd(direction, settings.StepSize, state.Centre, direction);
        context.Problem.Geometry.Project(direction);
        context.Spare.Give(sum);
        return At(context, state, direction);
    }

    // The steps double while each is better than the one before; the first is taken whether it is better or not.
    private static State Searched(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        if (answer.Verdict is { } verdict)
        {
            var reach = Widening.After(state.Reach, verdict);
            return reach != state.Reach ? state with { Reach = reach } : At(context, state, state.Centre);
        }

        var reached = 0;
        while (reached + 1 < batch.Count && answer.Comparisons.NetWins(reached + 1) > answer.Comparisons.NetWins(reached))
        {
            reached++;
        }

        var doublings = state.Doublings + batch.Count - 1;
        if (reached == batch.Count - 1 && doublings < MostDoublings)
        {
            return state with { Doublings = doublings };
        }

        return At(context, state, context.Spare.TakeCopy(batch[state.Doublings == 0 ? Math.Max(1, reached) : reached]));
    }

    private static State At(Context<Settings> context, State state, double[] centre) =>
        state with { Centre = centre, Sum = context.Spare.TakeZeros(centre.Length), Measured = 0, Direction = null, Doublings = 0 };

    private static double StepSize(Settings settings, State state, int exponent) => Math.ScaleB(settings.StepSize * state.Reach, exponent);
}
