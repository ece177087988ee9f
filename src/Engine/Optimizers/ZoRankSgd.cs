using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using System.Text.Json.Serialization;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Zeroth-order stochastic gradient descent from rankings. Perturbations x + μξᵢ of the incumbent are ranked; net wins
/// per compared pair weight them to a direction of descent; the incumbent follows it by a fixed step or by the best of
/// a few trial steps, which one more ranking finds.
/// </summary>
[Entry("zo-rank-sgd", "ZO-RankSGD",
    Summary = "Follows the direction in which the ranked perturbations get better; made for people who rank pictures.",
    Formula = "x ← x + η/|E| Σ wᵢ ξᵢ, w = wins − losses",
    Source = "Tang, Rybin, Chang: Zeroth-Order Optimization Meets Human Feedback, ICLR 2024, arXiv 2303.03751")]
public sealed class ZoRankSgd : Optimizer<ZoRankSgd.Settings, ZoRankSgd.State>
{
    /// <summary>How the incumbent moves once a direction is known.</summary>
    public enum Variant
    {
        /// <summary>By a fixed step after each ranking.</summary>
        Constant,

        /// <summary>To the best of several trial steps, which a second ranking finds.</summary>
        LineSearch,

        /// <summary>
        /// As line search, with the best explored point among the trials, and with directions averaged while no
        /// trial beats the incumbent. The direction is not divided by μ: η counts in perturbations.
        /// </summary>
        Interactive,
    }

    /// <summary>What becomes of the directions of several judges who ranked the same batch.</summary>
    public enum Merging
    {
        /// <summary>One direction of the union of all comparisons: opposite ones cancel.</summary>
        Union,

        /// <summary>The mean of each judge's direction without what contradicts another's (<see cref="PcGrad"/>).</summary>
        Projected,

        /// <summary>The mean of the judges' directions after arbitration of their conflicts (<see cref="GCond"/>).</summary>
        Arbitrated,
    }

    /// <summary>The settings of ZO-RankSGD.</summary>
    public sealed record Settings : StepSettings
    {
        /// <summary>How the incumbent moves.</summary>
        [Display(Name = "Variant", Description = "How the centre moves: by a fixed step, to the best of several trial steps, or interactively: trial steps beside the best perturbation, with memory while nothing is better.")]
        public Variant Variant { get; init; } = Variant.Interactive;

        /// <summary>μ.</summary>
        [Range(1e-6, 100.0), LogScale, Display(Name = "Perturbation", Description = "Standard deviation μ of the perturbations that are ranked, in units of the point.")]
        public double Smoothing { get; init; } = 0.3;

        /// <summary>η.</summary>
        [Range(1e-6, 1000.0), LogScale, Display(Name = "Step size", Description = "How far to go, η: the factor on the direction. About 1/μ suits the interactive variant, 1 the line search, 0.2 fixed steps.")]
        public override double StepSize { get; init; } = 3;

        /// <summary>γ.</summary>
        [Range(0.01, 0.99), Display(Name = "Shrink", Description = "Each trial step is γ times the one before.")]
        public double Shrink { get; init; } = 0.5;

        /// <summary>l.</summary>
        [Range(1, 32), Display(Name = "Trial steps", Description = "How many steps l the line search shows: η, γη, γ²η and so on.")]
        public int TrialPoints { get; init; } = 4;

        /// <summary>Whether the line search shows the incumbent too.</summary>
        [Display(Name = "Show the centre again", Description = "Also show the present centre among the trial steps, so that a round never makes it worse.")]
        public bool IncludeIncumbent { get; init; } = true;

        /// <summary>Whether every direction gets the length √d.</summary>
        [Advanced, Display(Name = "Fixed direction length", Description = "Scale every direction to length √d before the step is taken, whatever the ranking's confidence.")]
        public bool NormaliseDirection { get; init; }

        /// <summary>β.</summary>
        [Range(0.0, 0.99), Advanced, Display(Name = "Momentum", Description = "Share β of the last direction that is kept in the next; 0 follows each ranking alone.")]
        public double Momentum { get; init; }

        /// <summary>How many earlier rankings are averaged in.</summary>
        [Range(0, 32), Advanced, Display(Name = "Memory", Description = "How many earlier rankings steady each direction, the less the farther from the centre they were asked; 0 uses each ranking alone.")]
        public int Memory { get; init; }

        /// <summary>How the directions of several judges become one.</summary>
        [Advanced, Display(Name = "Several judges", Description = "Where several people rank a batch: one direction of all their comparisons together (union), the mean of each one's direction without what contradicts another's (projected), or the mean after the steadier and stronger of two that clash has prevailed (arbitrated).")]
        public Merging Judges { get; init; } = Merging.Union;
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">The incumbent x.</param>
    /// <param name="Direction">The direction of descent of a line search; interactive: the mean S over explorations at x.</param>
    /// <param name="Averaged">How many explorations <paramref name="Direction"/> is the mean of.</param>
    /// <param name="BestExplored">Interactive, during a line search: the perturbation that won the exploration.</param>
    /// <param name="Searching">Whether this round is a line search.</param>
    /// <param name="Updates">Finished updates.</param>
    /// <param name="Spread">Verdicts' factor on μ.</param>
    /// <param name="Reach">Verdicts' factor on the trial steps.</param>
    public sealed record State(
        double[] Centre, double[]? Direction, int Averaged, double[]? BestExplored, bool Searching, int Updates, double Spread, double Reach)
    {
        /// <summary>With momentum: the running mean of the directions.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public double[]? Velocity { get; init; }

        /// <summary>With a memory: the earlier rankings, oldest first.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public PastRanking[]? Past { get; init; }

        /// <summary>With arbitration: the direction that the judges' conflicts were resolved to last.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public double[]? Followed { get; init; }
    }

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(context.Problem.Origin(), null, 0, null, false, 0, 1, 1);

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state)
    {
        var settings = context.Settings;
        if (!state.Searching)
        {
            return Query.Samples(context.Problem.Candidates, context.Problem.RankTop, JudgementKind.Ranking);
        }

        var roles = ImmutableArray.CreateBuilder<Role>(settings.TrialPoints + 2);
        var step = StepSize(settings, state) * state.Reach;
        for (var i = 0; i < settings.TrialPoints; i++, step *= settings.Shrink)
        {
            roles.Add(new Role(RoleKind.Step, step));
        }

        if (state.BestExplored is not null)
        {
            roles.Add(new Role(RoleKind.BestExplored, 0));
        }

        if (settings.IncludeIncumbent)
        {
            roles.Add(new Role(RoleKind.Incumbent, 0));
        }

        return new Query(roles.Count, 1, JudgementKind.Ranking, Stage.LineSearch, roles.ToImmutable());
    }

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        if (!state.Searching)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                context.Noise.Normal(i, batch[i]);
                TensorPrimitives.MultiplyAdd(batch[i], context.Settings.Smoothing * state.Spread, state.Centre, batch[i]);
            }

            return;
        }

        var length = Length(context.Settings, state.Direction);
        var roles = Plan(context, state).Roles;
        for (var i = 0; i < batch.Count; i++)
        {
            switch (roles[i].Kind)
            {
                case RoleKind.Step:
                    TensorPrimitives.MultiplyAdd(state.Direction, roles[i].Step * length, state.Centre, batch[i]);
                    break;
                case RoleKind.BestExplored:
                    state.BestExplored.CopyTo(batch[i]);
                    break;
                default:
                    state.Centre.CopyTo(batch[i]);
                    break;
            }
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer) =>
        state.Searching ? Searched(context, state, batch, answer) : Explored(context, state, batch, answer);

    /// <inheritdoc/>
    protected override State Skip(Context<Settings> context, State state) => state.Searching ? BackToExploring(context, state) : state;

    /// <inheritdoc/>
    protected override void Retire(State before, State after, SpareVectors spare)
    {
        ReadOnlySpan<double[]?> vectors = [before.Centre, before.Direction, before.BestExplored, before.Velocity, before.Followed];
        foreach (var vector in vectors)
        {
            spare.Give(vector is null || Holds(after, vector) ? null : vector);
        }
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    private static void Discard(Context<Settings> context, State state, double[] vector) => context.Spare.Give(Holds(state, vector) ? null : vector);

    private static bool Holds(State state, double[] vector) =>
        vector == state.Centre || vector == state.Direction || vector == state.BestExplored || vector == state.Velocity || vector == state.Followed
        || (state.Past is { } past && Array.Exists(past, ranking => vector == ranking.Centre || vector == ranking.Direction));

    private static State Explored(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        var settings = context.Settings;
        if (answer.Comparisons.Count == 0)
        {
            return state with { Spread = Widening.After(state.Spread, answer.Verdict) };
        }

        var unit = settings.Variant == Variant.Interactive ? 1 : settings.Smoothing * state.Spread;
        var direction = settings.Judges != Merging.Union && answer.Judges.Length > 1
            ? Agreed(context, state, batch, answer.Judges, unit)
            : Descent(context, batch, answer.Comparisons, unit);
        if (settings.Judges == Merging.Arbitrated)
        {
            state = state with { Followed = context.Spare.TakeCopy(direction) };
        }

        if (settings.Memory > 0)
        {
            var past = state.Past ?? [];
            state = state with { Past = [.. past.TakeLast(settings.Memory - 1), new PastRanking(state.Centre, direction)] };
            direction = PastRanking.Mean(direction, past, state.Centre, settings.Smoothing * state.Spread);
        }

        if (settings.Momentum > 0)
        {
            var blend = Blended(context, direction, state.Velocity ?? direction, settings.Momentum);
            Discard(context, state, direction);
            direction = blend;
            state = state with { Velocity = direction };
        }

        switch (settings.Variant)
        {
            case Variant.Constant:
                var centre = context.Spare.Take(direction.Length);
                TensorPrimitives.MultiplyAdd(direction, StepSize(settings, state) * Length(settings, direction), state.Centre, centre);
                context.Problem.Geometry.Project(centre);
                Discard(context, state, direction);
                return state with { Centre = centre, Updates = state.Updates + 1 };
            case Variant.LineSearch:
                return state with { Direction = direction, Searching = true };
            default:
                // With a memory the earlier directions at this incumbent are in the mean already.
                var mean = direction;
                if (state.Direction is { } earlier && settings.Memory == 0)
                {
                    mean = context.Spare.Take(direction.Length);
                    TensorPrimitives.MultiplyAdd(earlier, state.Averaged, direction, mean);
                    TensorPrimitives.Divide(mean, state.Averaged + 1, mean);
                    Discard(context, state, direction);
                }

                return state with
                {
                    Direction = mean,
                    Averaged = state.Averaged + 1,
                    BestExplored = context.Spare.TakeCopy(batch[answer.Comparisons.Order()[0]]),
                    Searching = true,
                };
        }
    }

    private static State Searched(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        if (answer.Comparisons.Count == 0)
        {
            // "Alike" and "broken" ask for other steps along the same direction, unless they cannot differ any more.
            var reach = Widening.After(state.Reach, answer.Verdict);
            return reach != state.Reach ? state with { Reach = reach } : BackToExploring(context, state) with { Updates = state.Updates + 1 };
        }

        var winner = answer.Comparisons.Order()[0];
        var stays = context.Settings.IncludeIncumbent && winner == batch.Count - 1;
        return stays
            ? BackToExploring(context, state) with { Updates = state.Updates + 1 }
            : state with
            {
                Centre = context.Spare.TakeCopy(batch[winner]),
                Direction = null,
                Averaged = 0,
                BestExplored = null,
                Searching = false,
                Updates = state.Updates + 1,
            };
    }

    // The incumbent stays; only the interactive variant remembers the direction for the next exploration.
    private static State BackToExploring(Context<Settings> context, State state) => state with
    {
        Direction = context.Settings.Variant == Variant.Interactive ? state.Direction : null,
        BestExplored = null,
        Searching = false,
    };

    // -g of equation (5): since net wins sum to zero, the incumbent itself cancels out of Σ wᵢ (xᵢ - x).
    private static double[] Descent(Context<Settings> context, ReadOnlyBatch batch, Comparisons comparisons, double unit)
    {
        var weights = new double[batch.Count];
        for (var i = 0; i < batch.Count; i++)
        {
            weights[i] = comparisons.NetWins(i) / (comparisons.Count * unit);
        }

        var direction = context.Spare.TakeZeros(batch.Dimension);
        batch.AddWeighted(weights, direction);
        return direction;
    }

    private static double[] Blended(Context<Settings> context, double[] direction, double[] velocity, double momentum)
    {
        var blend = context.Spare.Take(direction.Length);
        TensorPrimitives.Multiply(velocity, momentum, blend);
        TensorPrimitives.MultiplyAdd(direction, 1 - momentum, blend, blend);
        return blend;
    }

    // The mean, not the sum: judges who agree then take the same step as one of them alone.
    private static double[] Agreed(Context<Settings> context, State state, ReadOnlyBatch batch, ReadOnlySpan<Comparisons> judges, double unit)
    {
        var directions = new List<double[]>(judges.Length);
        foreach (var judge in judges)
        {
            if (judge.Count > 0)
            {
                directions.Add(Descent(context, batch, judge, unit));
            }
        }

        var resolved = context.Settings.Judges == Merging.Arbitrated
            ? GCond.Arbitrate(directions, state.Followed)
            : PcGrad.Project(directions, i => context.Noise.Permutation(i, directions.Count));
        var sum = new double[batch.Dimension];
        foreach (var direction in resolved)
        {
            TensorPrimitives.MultiplyAdd(direction, 1.0 / directions.Count, sum, sum);
        }

        return sum;
    }

    private static double StepSize(Settings settings, State state) => settings.SizeAt(state.Updates);

    private static double Length(Settings settings, ReadOnlySpan<double> direction) =>
        settings.NormaliseDirection && Reduce.Norm(direction) is var norm and > 0 ? Math.Sqrt(direction.Length) / norm : 1;
}
