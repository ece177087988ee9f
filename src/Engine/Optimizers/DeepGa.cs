using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using System.Text.Json.Serialization;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// The genetic algorithm of deep neuroevolution: the best few are parents, children are normal mutations of one parent
/// each, the very best survives unchanged, nothing is crossed. A genome is the list of its mutations, each named by the
/// round and the candidate whose random numbers it used, so that any point ever shown can be made again from its genome.
/// With novelty search, the other parents are chosen by their place in the ranking and by how far they lie from all that
/// was most novel before, place by place, so that the values themselves never count.
/// </summary>
[Entry("deep-ga", "Deep GA",
    Summary = "Breeds from the best few by small random changes; the very best survives, and every ancestor can be made again.",
    Source = "Such, Madhavan, Conti, Lehman, Stanley, Clune: Deep Neuroevolution, 2017, arXiv 1712.06567")]
public sealed class DeepGa : Optimizer<DeepGa.Settings, DeepGa.State>
{
    /// <summary>The settings of the genetic algorithm.</summary>
    public sealed record Settings
    {
        /// <summary>T.</summary>
        [Range(1, 64), Display(Name = "Parents", Description = "How many of the best T have children; no more than are ranked.")]
        public int Parents { get; init; } = 3;

        /// <summary>σ.</summary>
        [Range(1e-6, 100.0), LogScale, Display(Name = "Mutation", Description = "Standard deviation σ of a mutation in every coordinate.")]
        public double Mutation { get; init; } = 0.2;

        /// <summary>σ of the first population.</summary>
        [Range(1e-6, 1000.0), LogScale, Display(Name = "First spread", Description = "Standard deviation of the first population around the start.")]
        public double Spread { get; init; } = 0.5;

        /// <summary>The weight of novelty.</summary>
        [Range(0.0, 1.0), Display(Name = "Novelty", Description = "How much being unlike what was shown before counts in the choice of parents against the ranking: 0 not at all, 1 alone. The very best survives in any case.")]
        public double Novelty { get; init; }

        /// <summary>k.</summary>
        [Range(1, 64), Advanced, Display(Name = "Neighbours", Description = "With novelty: the mean distance to so many nearest points k says how novel a point is.")]
        public int Neighbours { get; init; } = 10;

        /// <summary>How many points the archive holds.</summary>
        [Range(1, 1000), LogScale, Advanced, Display(Name = "Archive", Description = "With novelty: how many of the most novel points are remembered, one of each round, the latest.")]
        public int Archive { get; init; } = 50;
    }

    /// <summary>One mutation: p times the normal numbers of a candidate of a round.</summary>
    /// <param name="Round">The round.</param>
    /// <param name="Candidate">The candidate.</param>
    /// <param name="Power">p.</param>
    public readonly record struct Gene(uint Round, int Candidate, double Power);

    /// <summary>The state between two generations.</summary>
    /// <param name="Parents">The genomes of the parents, best first; without mutations a genome is the start itself.</param>
    /// <param name="Elite">The point of the best of them.</param>
    /// <param name="Widening">Verdicts' factor on mutations.</param>
    public sealed record State(Gene[][] Parents, double[] Elite, double Widening)
    {
        /// <summary>With novelty: the most novel point of each earlier round, oldest first.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public double[][]? Archive { get; init; }

        // What the genomes make, kept because asking needs it and a long genome takes a while.
        [JsonIgnore]
        internal double[][]? Points { get; set; }
    }

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking;

    /// <summary>The point that a genome makes.</summary>
    /// <param name="genome">The mutations, oldest first.</param>
    /// <param name="problem">The problem: its start and its geometry.</param>
    /// <param name="asked">The random numbers that candidates were drawn from, by round.</param>
    public static double[] Grow(IEnumerable<Gene> genome, Problem problem, Func<uint, Noise> asked)
    {
        ArgumentNullException.ThrowIfNull(genome);
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(asked);
        var (point, draw) = (problem.Origin(), new double[problem.Dimension]);
        foreach (var gene in genome)
        {
            asked(gene.Round).Normal(gene.Candidate, draw);
            TensorPrimitives.MultiplyAdd(draw, gene.Power, point, point);
            problem.Geometry.Project(point);
        }

        return point;
    }

    /// <summary>The mutation that makes a candidate of a round, and the parent it changes; candidate 0 is the best parent itself.</summary>
    /// <param name="state">The state in which the round is asked.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="asked">The random numbers of asking in that round.</param>
    /// <param name="round">The round.</param>
    /// <param name="candidate">The candidate, from 1.</param>
    public static (int Parent, Gene Mutation) Child(State state, Settings settings, Noise asked, uint round, int candidate)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(asked);
        var parent = state.Parents.Length == 1 ? 0 : (int)(asked.Uniform(candidate, 0) * state.Parents.Length);
        var isFirst = state.Parents is [[]];
        return (parent, new Gene(round, candidate, (isFirst ? settings.Spread : settings.Mutation) * state.Widening));
    }

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new([[]], context.Problem.Origin(), 1);

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state)
    {
        var roles = new Role[Math.Max(2, context.Problem.Candidates)];
        roles[0] = new Role(RoleKind.Incumbent, 0);
        return new Query(roles.Length, Math.Min(context.Problem.RankTop, roles.Length), JudgementKind.Ranking, Stage.Explore, [.. roles]);
    }

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        var parents = Points(context, state);
        parents[0].CopyTo(batch[0]);
        for (var i = 1; i < batch.Count; i++)
        {
            var (parent, mutation) = Child(state, context.Settings, context.Noise, context.Round, i);
            context.Noise.Normal(i, batch[i]);
            TensorPrimitives.MultiplyAdd(batch[i], mutation.Power, parents[parent], batch[i]);
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        if (answer.Comparisons.Count == 0)
        {
            return state with { Widening = Widening.After(state.Widening, answer.Verdict) };
        }

        // In a tie the lowest index is the best: the elite stays.
        var asked = context.Asked(context.Round);
        var order = answer.Comparisons.Order();
        var archive = state.Archive;
        if (context.Settings.Novelty > 0)
        {
            var novelties = Novelty.Of(batch, archive ?? [], context.Settings.Neighbours);
            var novel = Array.IndexOf(novelties, novelties.Max());
            archive = [.. (archive ?? []).TakeLast(context.Settings.Archive - 1), batch[novel].ToArray()];
            order = [order[0], .. Novelty.Order(order, novelties, context.Settings.Novelty).Where(i => i != order[0])];
        }

        var survivors = order.AsSpan(0, Math.Min(context.Settings.Parents, Math.Min(context.Problem.RankTop, batch.Count)));
        var (genomes, points) = (new Gene[survivors.Length][], new double[survivors.Length][]);
        for (var i = 0; i < survivors.Length; i++)
        {
            points[i] = batch[survivors[i]].ToArray();
            if (survivors[i] == 0)
            {
                genomes[i] = state.Parents[0];
                continue;
            }

            var (parent, mutation) = Child(state, context.Settings, asked, context.Round, survivors[i]);
            genomes[i] = [.. state.Parents[parent], mutation];
        }

        return new State(genomes, points[0], state.Widening) { Points = points, Archive = archive };
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Elite;

    private static double[][] Points(Context<Settings> context, State state) =>
        state.Points ??= [.. state.Parents.Select(genome => Grow(genome, context.Problem, context.Asked))];
}
