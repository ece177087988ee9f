using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Ideal-point search. The judge is taken to have an unknown ideal point and to prefer what is nearer to it; then every
/// comparison ever made is a half-space for that point, wherever it was asked. A normal prior around the start and
/// expectation propagation give its posterior; batches spread where the posterior is widest, and now and then a line
/// through the posterior mean finds how far to go.
/// </summary>
[Entry("ideal-point", "Ideal point",
    Summary = "Remembers every comparison as a clue to one ideal point, and asks where it knows least; made for few rankings.",
    Source = "Coombs: Psychological scaling without a unit of measurement, 1950 (the unfolding model); Minka: A family of algorithms for approximate Bayesian inference, 2001; the search is this project's own")]
public sealed class IdealPoint : Optimizer<IdealPoint.Settings, IdealPoint.State>
{
    // Up to this dimension the posterior covers the whole space; beyond, the directions that were shown.
    private const int WholeUpTo = 256;
    private const int MostRows = 160;
    private const int MostNumbers = 2_000_000;
    private const int Sweeps = 3;
    private const double Outgrown = 1000;
    private const double Smallest = 1e-100;
    private const double Finest = 1e-12;
    private const double Widest = 8;
    private const double Widening = 1.5;

    // Of ln s: its variance before the first line, what a line's best candidate errs by, what changes until the next
    // line, and the variance beyond which a line comes first.
    private const double FirstDoubt = 1;
    private const double LineError = 0.25;
    private const double Drift = 0.125;
    private const double MuchDoubt = 0.5;

    /// <summary>What a round asks.</summary>
    public enum Phase
    {
        /// <summary>A ranking of points spread around the mean.</summary>
        Rank,

        /// <summary>The best of points spread around the mean.</summary>
        Pick,

        /// <summary>The best of points along a line through the mean.</summary>
        Line,
    }

    /// <summary>The settings of the ideal-point search.</summary>
    public sealed record Settings
    {
        /// <summary>The first s.</summary>
        [Range(1e-6, 1000.0), LogScale, Display(Name = "Expected distance", Description = "How far from the start the ideal point is expected in each coordinate, s; line searches correct it.")]
        public double Distance { get; init; } = 0.8;

        /// <summary>The radius of a batch.</summary>
        [Range(0.001, 2.0), LogScale, Display(Name = "Spread", Description = "How far candidates lie from the present best guess, as a share of how far the ideal point is still expected.")]
        public double Spread { get; init; } = 0.3;

        /// <summary>κ.</summary>
        [Range(0.01, 10.0), LogScale, Display(Name = "Judge's error", Description = "Standard deviation of the judge's error, as a share of how much the candidates differ.")]
        public double Slip { get; init; } = 0.1;

        /// <summary>How many candidates a pick shows.</summary>
        [Range(2, 32), Display(Name = "Picks", Description = "How many candidates are shown when only the best is asked for.")]
        public int TrialPoints { get; init; } = 6;

        /// <summary>How often a pick is a line search.</summary>
        [Range(1, 100), Advanced, Display(Name = "Line every", Description = "Every how many picks the candidates lie on a line, to learn how far to go.")]
        public int LineEvery { get; init; } = 4;

        /// <summary>How many half-spaces are kept.</summary>
        [Range(20, 2000), Advanced, Display(Name = "Memory", Description = "How many comparisons are remembered; the oldest are forgotten first.")]
        public int Memory { get; init; } = 400;
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Origin">Where the prior is centred, and beyond the subspace the mean.</param>
    /// <param name="Mean">The posterior mean, in the geometry.</param>
    /// <param name="Base">The mean at the last line search.</param>
    /// <param name="Subspace">What the posterior's coordinates mean.</param>
    /// <param name="Batches">What was judged, in coordinates around the origin, oldest first.</param>
    /// <param name="Scale">s.</param>
    /// <param name="Doubt">The variance of ln s.</param>
    /// <param name="Widening">Verdicts' factor on the spread.</param>
    /// <param name="Picks">Finished picks.</param>
    /// <param name="Phase">What the present round asks.</param>
    public sealed record State(
        double[] Origin, double[] Mean, double[] Base, ShownSubspace Subspace, JudgedBatch[] Batches, double Scale, double Doubt, double Widening, int Picks, Phase Phase);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context)
    {
        var origin = context.Problem.Origin();
        var subspace = new ShownSubspace(origin.Length > WholeUpTo ? [] : null);
        return new(origin, origin, origin, subspace, [], context.Settings.Distance, FirstDoubt, 1, 0, Phase.Rank);
    }

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state)
    {
        var count = context.Settings.TrialPoints;
        return state.Phase switch
        {
            Phase.Rank => Query.Samples(context.Problem.Candidates, context.Problem.RankTop, JudgementKind.Ranking),
            Phase.Pick => Query.Samples(count, 1, JudgementKind.Ranking),
            _ => new Query(count, 1, JudgementKind.Ranking, Stage.LineSearch,
                [.. Enumerable.Range(0, count).Select(i => new Role(RoleKind.Step, Place(state, i, count)))]),
        };
    }

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        var posterior = IdealPosterior.Of(state.Subspace.Size(batch.Dimension), batch.Dimension, state.Scale, state.Batches);
        if (state.Phase == Phase.Line)
        {
            Line(context, state, posterior, batch);
            return;
        }

        var radius = Math.Max(context.Settings.Spread * state.Widening * Math.Sqrt(posterior.Trace), Finest * Reduce.Norm(state.Mean));
        for (var i = 0; i < batch.Count; i++)
        {
            context.Noise.Normal(i, batch[i]);
            Widen(state, posterior, batch[i]);
            MakeOrthogonal(batch, i);
        }

        for (var i = 0; i < batch.Count; i++)
        {
            TensorPrimitives.MultiplyAdd(batch[i], radius, state.Mean, batch[i]);
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        var next = state with { Phase = After(context.Settings, state), Picks = state.Phase == Phase.Rank ? state.Picks : state.Picks + 1 };
        if (answer.Verdict is Verdict.AllAlike or Verdict.AllBroken)
        {
            var factor = answer.Verdict == Verdict.AllAlike ? state.Widening * Widening : state.Widening / Widening;
            return state with { Phase = Phase.Rank, Widening = Math.Clamp(factor, 1 / Widest, Widest) };
        }

        var noneBetter = answer.Verdict == Verdict.NoneBetter;
        if (answer.Comparisons.Count == 0 && !noneBetter)
        {
            return next;
        }

        var displacements = new double[batch.Count + (noneBetter ? 1 : 0)][];
        for (var i = 0; i < displacements.Length; i++)
        {
            displacements[i] = new double[batch.Dimension];
            TensorPrimitives.Subtract(i < batch.Count ? batch[i] : state.Mean, state.Origin, displacements[i]);
        }

        var (subspace, points) = state.Subspace.With(displacements);
        var comparisons = noneBetter ? Comparisons.From(points.Length, Judgement.Ranking.Of(batch.Count)) : answer.Comparisons;
        next = next with { Subspace = subspace, Batches = [.. state.Batches, JudgedBatch.Of(points, comparisons)] };
        if (state.Phase != Phase.Line)
        {
            return Learned(context, Forget(context, next));
        }

        // Where the best of the line lies says whether the ideal point is nearer or farther than s has it; when it lies
        // at an end, the doubt stays.
        var winner = comparisons.Order()[0];
        var reached = winner < batch.Count ? Place(state, winner, batch.Count) : 1;
        var gain = state.Doubt / (state.Doubt + LineError);
        var atEnd = winner == 0 || winner == batch.Count - 1;
        next = next with
        {
            Scale = state.Scale * Exponential.Of(gain * NormalQuantile.Log(reached)),
            Doubt = Math.Min(FirstDoubt, (atEnd ? state.Doubt : gain * LineError) + Drift),
        };
        next = Learned(context, Forget(context, next));
        return next with { Base = next.Mean };
    }

    /// <inheritdoc/>
    protected override State Skip(Context<Settings> context, State state) => state with { Phase = Phase.Rank };

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Mean;

    private static Phase After(Settings settings, State state) =>
        state.Phase != Phase.Rank ? Phase.Rank
        : state.Doubt > MuchDoubt || (state.Picks + 1) % settings.LineEvery == settings.LineEvery - 1 || settings.LineEvery == 1 ? Phase.Line
        : Phase.Pick;

    private static State Learned(Context<Settings> context, State state)
    {
        var dimension = context.Problem.Dimension;
        var posterior = IdealPosterior.Fit(state.Subspace.Size(dimension), dimension, state.Scale, context.Settings.Slip, state.Batches, Sweeps);
        var mean = state.Origin.AsSpan().ToArray();
        state.Subspace.AddTo(mean, posterior.Mean, 1);
        context.Problem.Geometry.Project(mean);
        state = state with { Mean = mean, Batches = posterior.Batches };

        // A prior that has become immaterial gives way to a narrower one before it costs the covariance its digits.
        var deviation = Math.Sqrt(posterior.Trace / dimension);
        if (state.Subspace.Rows is not null || deviation * Outgrown > state.Scale || context.Problem.Geometry is not Geometry.Flat)
        {
            return state;
        }

        return state with { Origin = mean, Batches = [.. state.Batches.Select(batch => batch.Moved(posterior.Mean))], Scale = Math.Max(deviation * Math.Sqrt(Outgrown), Smallest) };
    }

    // The oldest comparisons go first; with them the directions that only they were about, where the mean stays.
    private static State Forget(Context<Settings> context, State state)
    {
        var kept = state.Batches.Length;
        for (var count = 0; kept > 0 && count + state.Batches[kept - 1].HalfSpaces.Length <= context.Settings.Memory; kept--)
        {
            count += state.Batches[kept - 1].HalfSpaces.Length;
        }

        state = state with { Batches = state.Batches[Math.Min(kept, state.Batches.Length - 1)..] };
        if (state.Subspace.Rows is not { } rows)
        {
            return state;
        }

        var (dimension, candidates) = (context.Problem.Dimension, Math.Max(context.Problem.Candidates, context.Settings.TrialPoints));
        var excess = rows.Length - Math.Max(2 * (candidates + 1), Math.Min(MostRows, MostNumbers / dimension));
        if (excess <= 0)
        {
            return state;
        }

        var mean = IdealPosterior.Of(rows.Length, dimension, state.Scale, state.Batches).Mean;
        var origin = state.Origin.AsSpan().ToArray();
        new ShownSubspace(rows[..excess]).AddTo(origin, mean.AsSpan(0, excess), 1);
        return state with
        {
            Origin = origin,
            Subspace = new ShownSubspace(rows[excess..]),
            Batches = [.. state.Batches.Where(batch => batch.Centre.Length > excess).Select(batch => batch.Without(excess, mean.AsSpan(0, excess)))],
        };
    }

    // Multiplies by the fourth power of the covariance in units of s²: directions of which little is known come out longest.
    private static void Widen(State state, IdealPosterior posterior, Span<double> direction)
    {
        var before = state.Subspace.Coordinates(direction);
        var (after, product) = (before.AsSpan().ToArray(), new double[before.Length]);
        for (var power = 0; power < 4; power++)
        {
            posterior.Times(after, product);
            TensorPrimitives.Divide(product, state.Scale * state.Scale, after);
        }

        if (before.Length == direction.Length)
        {
            after.CopyTo(direction);
            return;
        }

        TensorPrimitives.Subtract(after, before, after);
        state.Subspace.AddTo(direction, after, 1);
    }

    // Directions are orthonormal in groups of at most d.
    private static void MakeOrthogonal(Batch batch, int index)
    {
        var direction = batch[index];
        Normalise(direction);
        for (var pass = 0; pass < 2; pass++)
        {
            for (var j = index - (index % batch.Dimension); j < index; j++)
            {
                TensorPrimitives.MultiplyAdd(batch[j], -Reduce.Dot(batch[j], direction), direction, direction);
            }

            Normalise(direction);
        }
    }

    private static void Normalise(Span<double> direction)
    {
        if (Reduce.Norm(direction) is var length and > 0)
        {
            TensorPrimitives.Divide(direction, length, direction);
        }
    }

    // Multiples of the way from the last line to the mean, spread as ln s is doubted: the quantiles of its law, widened
    // to the places of a normal law's best quantiser (Lloyd and Max), near enough.
    private static double Place(State state, int index, int count) =>
        Exponential.Of(1.4 * state.Widening * Math.Sqrt(state.Doubt) * NormalQuantile.Of((index + 0.5) / count));

    private static void Line(Context<Settings> context, State state, IdealPosterior posterior, Batch batch)
    {
        var direction = new double[batch.Dimension];
        TensorPrimitives.Subtract(state.Mean, state.Base, direction);
        var length = Reduce.Norm(direction);
        if (!(length > 1e-12 * Math.Sqrt(posterior.Trace)))
        {
            context.Noise.Direction(0, direction);
            length = Math.Sqrt(posterior.Trace);
            TensorPrimitives.Multiply(direction, length, direction);
        }

        for (var i = 0; i < batch.Count; i++)
        {
            TensorPrimitives.MultiplyAdd(direction, Place(state, i, batch.Count) - 1, state.Mean, batch[i]);
        }
    }
}
