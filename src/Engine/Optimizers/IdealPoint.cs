using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Ideal-point search. The judge is taken to have an unknown ideal point and to prefer what is nearer to it; then every
/// comparison ever made is a half-space for that point, wherever it was asked. A normal prior around the start and
/// expectation propagation give its posterior, and the probability of all answers together how wide the prior should be.
/// Batches spread where the posterior is widest; picks also spread in what its width is still doubted by.
/// </summary>
[Entry("ideal-point", "Ideal point", revision: 3,
    Summary = "Remembers every comparison as a clue to one ideal point, and asks where it knows least; made for few rankings.",
    Source = "Coombs: Psychological scaling without a unit of measurement, 1950 (the unfolding model); Minka: A family of algorithms for approximate Bayesian inference, 2001; the search is this project's own")]
public sealed class IdealPoint : Optimizer<IdealPoint.Settings, IdealPoint.State>
{
    // Up to this dimension the posterior covers the whole space; beyond, the directions that were shown.
    private const int WholeUpTo = 256;
    private const int MostRows = 160;
    private const int MostNumbers = 2_000_000;
    private const int Sweeps = 2;
    private const int Powers = 8;
    private const double Outgrown = 1000;
    private const double Smallest = 1e-100;
    private const double Finest = 1e-12;
    private const double Widest = 8;
    private const double Widening = 1.5;

    // The prior of ln s is Student's law around the expected distance: narrow, but with tails that a few answers overcome.
    private const double PriorFreedom = 2;
    private const double MostDoubt = 2;
    private const double SphereDistance = 5;
    private const double SphereDoubt = 1;
    private const double Difference = 0.15;
    private const double LeastSlip = 0.01;
    private const double MostSlip = 10;

    // ln κ is normal around the setting's logarithm a priori. Each error counts for half of one: a whole step of
    // expectation maximisation is short where most errors are hidden by what is not known of the values.
    private const double ErrorDoubt = 1;
    private const double ErrorWeight = 0.5;

    // Summed-up answers fade as new ones join them, and so slowly that those that count are several times as many as
    // the directions: with fewer the posterior falls back to the prior.
    private const int Lasting = 200;
    private const int LastingPerDirection = 6;

    /// <summary>What a round asks.</summary>
    public enum Phase
    {
        /// <summary>A ranking of points spread around the mean.</summary>
        Rank,

        /// <summary>The best of points spread around the mean.</summary>
        Pick,
    }

    /// <summary>The settings of the ideal-point search.</summary>
    public sealed record Settings
    {
        /// <summary>The first s.</summary>
        [Range(1e-6, 1000.0), LogScale, Display(Name = "Expected distance", Description = "How far from the start the ideal point is expected in each coordinate, s; the answers correct it.")]
        public double Distance { get; init; } = 0.8;

        /// <summary>The standard deviation of ln s a priori.</summary>
        [Range(0.01, 3.0), LogScale, Advanced, Display(Name = "Doubt about the distance", Description = "How far the expected distance may be from the truth: the standard deviation of its logarithm. Picks also spread by how far to go while it is in doubt.")]
        public double Doubt { get; init; } = 0.22;

        /// <summary>The radius of a batch.</summary>
        [Range(0.001, 2.0), LogScale, Display(Name = "Spread", Description = "How far candidates lie from the present best guess, as a share of how far the ideal point is still expected.")]
        public double Spread { get; init; } = 0.3;

        /// <summary>The first κ.</summary>
        [Range(LeastSlip, MostSlip), LogScale, Display(Name = "Judge's error", Description = "Standard deviation of the judge's error, as a share of how much the candidates differ, before anything was answered; the answers correct it.")]
        public double Slip { get; init; } = 0.15;

        /// <summary>How many candidates a pick shows.</summary>
        [Range(2, 32), Display(Name = "Picks", Description = "How many candidates are shown when only the best is asked for.")]
        public int TrialPoints { get; init; } = 6;

        /// <summary>How many comparisons are kept one by one.</summary>
        [Range(20, 2000), Advanced, Display(Name = "Memory", Description = "How many comparisons are remembered one by one; older ones are summed up, and fade as more join them.")]
        public int Memory { get; init; } = 400;
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Origin">Where the prior is centred, and beyond the subspace the mean.</param>
    /// <param name="Mean">The posterior mean, in the geometry.</param>
    /// <param name="Sensitivity">By how much the mean moves when ln s grows by one.</param>
    /// <param name="Subspace">What the posterior's coordinates mean.</param>
    /// <param name="Earlier">What the oldest answers said together, in the same coordinates as the batches.</param>
    /// <param name="Batches">What was judged since, in coordinates around the origin, oldest first.</param>
    /// <param name="Scale">s.</param>
    /// <param name="Doubt">The variance of ln s; 0 when s is no longer learned.</param>
    /// <param name="Slip">κ.</param>
    /// <param name="Widening">Verdicts' factor on the spread.</param>
    /// <param name="Phase">What the present round asks.</param>
    public sealed record State(
        double[] Origin, double[] Mean, double[] Sensitivity, ShownSubspace Subspace, AnswerSummary Earlier, JudgedBatch[] Batches,
        double Scale, double Doubt, double Slip, double Widening, Phase Phase);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context)
    {
        var origin = context.Problem.Origin();
        var subspace = new ShownSubspace(origin.Length > WholeUpTo ? [] : null);
        return new(origin, origin, new double[origin.Length], subspace, AnswerSummary.Empty, [], Expected(context), Doubt(context), context.Settings.Slip, 1, Phase.Rank);
    }

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state) => state.Phase == Phase.Rank
        ? Query.Samples(context.Problem.Candidates, context.Problem.RankTop, JudgementKind.Ranking)
        : Query.Samples(context.Settings.TrialPoints, 1, JudgementKind.Ranking);

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        var posterior = IdealPosterior.Of(state.Subspace.Size(batch.Dimension), batch.Dimension, state.Scale, state.Earlier, state.Batches);
        var expected = Math.Sqrt(posterior.Trace) / (IsSphere(context) ? state.Scale : 1);
        var radius = Math.Max(context.Settings.Spread * state.Widening * expected, Finest * Reduce.Norm(state.Mean));
        var simplex = batch.Count <= batch.Dimension + 1;
        for (var i = simplex ? 1 : 0; i < batch.Count; i++)
        {
            context.Noise.Normal(i, batch[i]);
            Widen(state, posterior, batch[i]);
            MakeOrthogonal(batch, i, simplex ? 1 : i - (i % batch.Dimension));
        }

        if (simplex)
        {
            MakeSimplex(batch);
        }

        for (var i = 0; i < batch.Count; i++)
        {
            TensorPrimitives.MultiplyAdd(batch[i], radius, state.Mean, batch[i]);
            if (state.Phase == Phase.Pick)
            {
                var change = Exponential.Of(state.Widening * Math.Sqrt(state.Doubt) * NormalQuantile.Of((i + 0.5) / batch.Count)) - 1;
                TensorPrimitives.MultiplyAdd(state.Sensitivity, change, batch[i], batch[i]);
            }
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        var next = state with { Phase = state.Phase == Phase.Rank ? Phase.Pick : Phase.Rank };
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
        return Learned(context, Forget(context, next));
    }

    /// <inheritdoc/>
    protected override State Skip(Context<Settings> context, State state) => state with { Phase = Phase.Rank };

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Mean;

    private static State Learned(Context<Settings> context, State state)
    {
        var dimension = context.Problem.Dimension;
        state = state.Doubt > 0 ? Rescaled(context, state) : state;
        var posterior = Fit(context, state, state.Scale);
        var mean = state.Origin.AsSpan().ToArray();
        state.Subspace.AddTo(mean, posterior.Mean, 1);
        context.Problem.Geometry.Project(mean);
        state = state with { Mean = mean, Batches = posterior.Batches, Slip = Reconsidered(context, state.Slip, posterior) };

        // A prior that has become immaterial gives way to a narrower one before it costs the covariance its digits.
        var deviation = Math.Sqrt(posterior.Trace / dimension);
        if (state.Subspace.Rows is not null || deviation * Outgrown > state.Scale || context.Problem.Geometry is not Geometry.Flat)
        {
            return state;
        }

        return state with
        {
            Origin = mean,
            Earlier = state.Earlier.Moved(posterior.Mean),
            Batches = [.. state.Batches.Select(batch => batch.Moved(posterior.Mean))],
            Scale = Math.Max(deviation * Math.Sqrt(Outgrown), Smallest),
            Doubt = 0,
        };
    }

    // One step of Newton's method to the most probable ln s, whose curvature there says how far it is still in doubt.
    private static State Rescaled(Context<Settings> context, State state)
    {
        var lower = Fit(context, state, state.Scale);
        state = state with { Batches = lower.Batches };
        var upper = Fit(context, state, state.Scale * Exponential.Of(Difference));
        var away = NormalQuantile.Log(state.Scale / Expected(context)) + (Difference / 2);
        var pull = (PriorFreedom + 1) / ((PriorFreedom * Doubt(context)) + (away * away));
        var precision = Math.Max(0, (lower.Slope - upper.Slope) / Difference) + pull;
        var step = Math.Clamp((((lower.Slope + upper.Slope) / 2) - (pull * away)) / precision, -1, 1);
        var (change, sensitivity) = (new double[upper.Mean.Length], new double[context.Problem.Dimension]);
        TensorPrimitives.Subtract(upper.Mean, lower.Mean, change);
        state.Subspace.AddTo(sensitivity, change, 1 / Difference);
        return state with
        {
            Sensitivity = sensitivity,
            Batches = upper.Batches,
            Scale = Math.Max(state.Scale * Exponential.Of((Difference / 2) + step), Smallest),
            Doubt = Math.Min(1 / precision, MostDoubt),
        };
    }

    // One step of expectation maximisation to the most probable ln κ.
    private static double Reconsidered(Context<Settings> context, double slip, IdealPosterior posterior)
    {
        var pull = 1 / (ErrorDoubt * ErrorDoubt);
        var away = NormalQuantile.Log(slip / context.Settings.Slip);
        var step = (posterior.ErrorSlope - (pull * away)) / ((ErrorWeight * posterior.Errors) + pull);
        return Math.Clamp(slip * Exponential.Of(Math.Clamp(step, -1, 1)), LeastSlip, MostSlip);
    }

    // On a sphere what is better is better still further in the same direction, up to a quarter of the way around, and no
    // start is nearer to the ideal than another: the prior is wide there, and candidates spread by the sphere's own size.
    private static bool IsSphere(Context<Settings> context) => context.Problem.Geometry is Geometry.Shell or Geometry.ShellAndBox { OnShell: true };

    private static double Expected(Context<Settings> context) => context.Settings.Distance * (IsSphere(context) ? SphereDistance : 1);

    private static double Doubt(Context<Settings> context) => Math.Max(context.Settings.Doubt * context.Settings.Doubt, IsSphere(context) ? SphereDoubt : 0);

    private static IdealPosterior Fit(Context<Settings> context, State state, double scale) => IdealPosterior.Fit(
        state.Subspace.Size(context.Problem.Dimension), context.Problem.Dimension, scale, state.Slip, state.Earlier, state.Batches, Sweeps);

    // The oldest answers go first, into their summary; beyond so many directions the oldest of these, where the mean stays.
    private static State Forget(Context<Settings> context, State state)
    {
        var kept = state.Batches.Length;
        for (var count = 0; kept > 0 && count + state.Batches[kept - 1].Pairs.Length <= context.Settings.Memory; kept--)
        {
            count += state.Batches[kept - 1].Pairs.Length;
        }

        kept = Math.Min(kept, state.Batches.Length - 1);
        var lasting = Math.Max(Lasting, (LastingPerDirection * state.Subspace.Size(context.Problem.Dimension)) - context.Settings.Memory);
        state = state with
        {
            Earlier = state.Batches[..kept].Aggregate(
                state.Earlier, (earlier, batch) => earlier.Faded(Exponential.Of(-(double)batch.Pairs.Length / lasting)).With(batch)),
            Batches = state.Batches[kept..],
        };
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

        var mean = IdealPosterior.Of(rows.Length, dimension, state.Scale, state.Earlier, state.Batches).Mean;
        var origin = state.Origin.AsSpan().ToArray();
        new ShownSubspace(rows[..excess]).AddTo(origin, mean.AsSpan(0, excess), 1);
        return state with
        {
            Origin = origin,
            Subspace = new ShownSubspace(rows[excess..]),
            Earlier = state.Earlier.Without(excess, mean.AsSpan(0, excess)),
            Batches = [.. state.Batches.Where(batch => batch.Centre.Length > excess).Select(batch => batch.Without(excess, mean.AsSpan(0, excess)))],
        };
    }

    // Multiplies by a power of the covariance in units of s²: directions of which little is known come out longest.
    private static void Widen(State state, IdealPosterior posterior, Span<double> direction)
    {
        var before = state.Subspace.Coordinates(direction);
        var (after, product) = (before.AsSpan().ToArray(), new double[before.Length]);
        for (var power = 0; power < Powers; power++)
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

    private static void MakeOrthogonal(Batch batch, int index, int from)
    {
        var direction = batch[index];
        Normalise(direction);
        for (var pass = 0; pass < 2; pass++)
        {
            for (var j = from; j < index; j++)
            {
                TensorPrimitives.MultiplyAdd(batch[j], -Reduce.Dot(batch[j], direction), direction, direction);
            }

            Normalise(direction);
        }
    }

    // The corners of a regular simplex, of length 1, from m - 1 orthonormal directions in places 1 to m - 1: as many
    // orders of m candidates are equally likely as with m directions, and none is spent on the sum of all.
    private static void MakeSimplex(Batch batch)
    {
        batch[0].Clear();
        for (var i = 1; i < batch.Count; i++)
        {
            TensorPrimitives.MultiplyAdd(batch[i], Corner(i, batch.Count), batch[0], batch[0]);
        }

        var rest = batch[0].ToArray();
        for (var i = 1; i < batch.Count; i++)
        {
            TensorPrimitives.MultiplyAdd(batch[i], -Corner(i, batch.Count), rest, rest);
            TensorPrimitives.Multiply(batch[i], -i * Corner(i, batch.Count), batch[i]);
            TensorPrimitives.Add(batch[i], rest, batch[i]);
        }
    }

    private static double Corner(int i, int count) => Math.Sqrt(count / ((count - 1.0) * i * (i + 1)));

    private static void Normalise(Span<double> direction)
    {
        if (Reduce.Norm(direction) is var length and > 0)
        {
            TensorPrimitives.Divide(direction, length, direction);
        }
    }
}
