using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Evolution in two stages: the first share of the coordinates evolves while the rest is fixed, then the rest evolves
/// from the best point found. Survivors are shown again beside their children; where several judges rank, each is a
/// criterion and the survivors are the least crowded of the best fronts (<see cref="NonDominated"/>).
/// </summary>
[Entry("two-stage-evolution", "Two-stage evolution",
    Summary = "Breeds one part of the coordinates first and the rest afterwards, and keeps what no judge's order beats.",
    Source = "Ying et al.: EAGAN: Efficient Two-stage Evolutionary Architecture Search for GANs, ECCV 2022, arXiv 2111.15097; Deb et al.: NSGA-II, 2002")]
public sealed class TwoStageEvolution : Optimizer<TwoStageEvolution.Settings, TwoStageEvolution.State>
{
    // A first survivor that is a child says that mutations may be larger; together they balance at about every second round.
    private const double Grow = 1.2;
    private const double Shrink = 0.85;
    private const double Smallest = 1e-12;
    private const double Largest = 1e6;

    /// <summary>The settings of the evolution.</summary>
    public sealed record Settings
    {
        /// <summary>How many coordinates the first stage evolves.</summary>
        [Range(0.0, 1.0), Display(Name = "First share", Description = "The share of the coordinates, from the first one on, that the first stage evolves; the second stage evolves the rest.")]
        public double FirstShare { get; init; } = 0.5;

        /// <summary>How long the first stage is.</summary>
        [Range(1, 100_000), LogScale, Display(Name = "First rounds", Description = "How many answered rounds the first stage has.")]
        public int FirstRounds { get; init; } = 40;

        /// <summary>How many survive.</summary>
        [Range(1, 32), Display(Name = "Survivors", Description = "How many points survive a round and are shown again beside their children.")]
        public int Survivors { get; init; } = 2;

        /// <summary>The standard deviation of a mutation.</summary>
        [Range(1e-6, 1000.0), LogScale, Display(Name = "Mutation", Description = "The standard deviation σ of the first mutations of a stage; it grows while children win.")]
        public double Mutation { get; init; } = 0.5;

        /// <summary>How much of a child comes from a second parent.</summary>
        [Range(0.0, 1.0), Advanced, Display(Name = "Crossover", Description = "The share of a child's coordinates that comes from a second parent.")]
        public double Crossover { get; init; } = 0.25;
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Survivors">The survivors, one after the other.</param>
    /// <param name="Best">The best of them.</param>
    /// <param name="Deviation">σ.</param>
    /// <param name="Rounds">How many rounds have been answered.</param>
    public sealed record State(double[] Survivors, double[] Best, double Deviation, int Rounds);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) =>
        new(context.Problem.Origin(), context.Problem.Origin(), context.Settings.Mutation, 0);

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state)
    {
        var survivors = state.Survivors.Length / state.Best.Length;
        return Query.Samples(Math.Max(context.Problem.Candidates, survivors + 1), context.Problem.RankTop, Accepts);
    }

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        var survivors = new ReadOnlyBatch(state.Survivors, state.Survivors.Length / batch.Dimension, batch.Dimension);
        var (from, to) = Active(context, state);
        var mutation = new double[to - from];
        for (var i = 0; i < batch.Count; i++)
        {
            var child = batch[i];
            survivors[i < survivors.Count ? i : Parent(context.Noise, i, 0, survivors.Count)].CopyTo(child);
            if (i < survivors.Count)
            {
                continue;
            }

            var second = survivors[Parent(context.Noise, i, 1, survivors.Count)];
            context.Noise.Normal(i, mutation);
            for (var j = from; j < to; j++)
            {
                child[j] = context.Noise.Uniform(i, j + 2) < context.Settings.Crossover ? second[j] : child[j];
            }

            var genes = child[from..to];
            TensorPrimitives.MultiplyAdd(mutation, state.Deviation, genes, genes);
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        if (answer.Comparisons.Count == 0)
        {
            return answer.Verdict == Verdict.NoneBetter ? Aged(context, state with { Deviation = Bounded(state.Deviation * Shrink) }) : state;
        }

        var scores = new double[batch.Count][];
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = [answer.Comparisons.NetWins(i)];
            if (!answer.Judges.IsEmpty)
            {
                scores[i] = new double[answer.Judges.Length];
                for (var judge = 0; judge < answer.Judges.Length; judge++)
                {
                    scores[i][judge] = answer.Judges[judge].NetWins(i);
                }
            }
        }

        var (order, fronts) = (NonDominated.Order(scores), NonDominated.Fronts(scores));
        var best = answer.Comparisons.Order().First(i => fronts[i] == 0);
        var survivors = new double[Math.Min(context.Settings.Survivors, batch.Count - 1) * batch.Dimension];
        for (var i = 0; i < survivors.Length / batch.Dimension; i++)
        {
            batch[order[i]].CopyTo(survivors.AsSpan(i * batch.Dimension));
        }

        var isChild = best >= state.Survivors.Length / batch.Dimension;
        return Aged(context, state with
        {
            Survivors = survivors,
            Best = batch[best].ToArray(),
            Deviation = Bounded(state.Deviation * (isChild ? Grow : Shrink)),
        });
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Best;

    // The second stage starts from the best point alone.
    private static State Aged(Context<Settings> context, State state) => state.Rounds + 1 == context.Settings.FirstRounds
        ? new State(state.Best, state.Best, context.Settings.Mutation, state.Rounds + 1)
        : state with { Rounds = state.Rounds + 1 };

    private static (int From, int To) Active(Context<Settings> context, State state)
    {
        var dimension = context.Problem.Dimension;
        var split = (int)Math.Round(context.Settings.FirstShare * dimension);
        return split == 0 || split == dimension ? (0, dimension)
            : state.Rounds < context.Settings.FirstRounds ? (0, split)
            : (split, dimension);
    }

    private static double Bounded(double deviation) => Math.Clamp(deviation, Smallest, Largest);

    private static int Parent(Noise noise, int child, int position, int count) => (int)(noise.Uniform(child, position) * count);
}
