using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// OptEx from rankings: the directions of descent that earlier rankings showed, each at its own point, predict the
/// direction at others (<see cref="GradientMemory"/>). A ranked batch of perturbations gives the direction at x as
/// ZO-RankSGD finds it; N successive steps follow, the first along that direction and each further one along the
/// direction predicted where the one before led, and one more ranking picks among them. With N = 1 there is nothing to
/// pick, and the method is ZO-RankSGD with fixed steps.
/// </summary>
[Entry("optex-rankings", "OptEx from rankings",
    Summary = "Remembers which way things got better and proposes several steps at once, each where the ones before would lead.",
    Formula = "yᵢ₊₁ = yᵢ + η d̂(yᵢ), d̂ predicted from past rankings",
    Source = "After Shu et al.: OptEx, NeurIPS 2024, with directions of Tang, Rybin, Chang, ICLR 2024, in place of gradients")]
public sealed class RankedOptex : Optimizer<RankedOptex.Settings, RankedOptex.State>
{
    /// <summary>The settings of OptEx from rankings.</summary>
    public sealed record Settings : StepSettings
    {
        /// <summary>μ.</summary>
        [Range(1e-6, 100.0), LogScale, Display(Name = "Perturbation", Description = "Standard deviation μ of the perturbations that are ranked, in units of the point.")]
        public double Smoothing { get; init; } = 0.3;

        /// <summary>η.</summary>
        [Range(1e-6, 1000.0), LogScale, Display(Name = "Step size", Description = "How far each of the steps goes, η: the factor on its direction. Several steps reach farther than one: smaller ones suit than where a single step is taken.")]
        public override double StepSize { get; init; } = 0.1;

        /// <summary>N.</summary>
        [Range(1, 32), Display(Name = "Proposals", Description = "How many successive points N are shown at once, after each ranking of perturbations; 1 takes one step without asking.")]
        public int Proposals { get; init; } = 4;

        /// <summary>How many directions are remembered.</summary>
        [Range(1, 256), LogScale, Advanced, Display(Name = "Memory", Description = "How many directions the predictions rest on, the latest ones.")]
        public int Memory { get; init; } = 20;

        /// <summary>ℓ.</summary>
        [Range(0.1, 100.0), LogScale, Advanced, Display(Name = "Kernel width", Description = "How far a direction tells of others, as a multiple of the largest distance between remembered points.")]
        public double Width { get; init; } = 1;

        /// <summary>σ².</summary>
        [Range(1e-8, 10.0), LogScale, Advanced, Display(Name = "Noise", Description = "How noisy directions from rankings are, σ²; more makes predictions more cautious.")]
        public double Noise { get; init; } = 0.3;
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Points">The proposals, one after the other; empty while perturbations are ranked.</param>
    /// <param name="Predicted">The direction that leads to each of them from the one before.</param>
    /// <param name="Seen">The points whose directions are known, oldest first.</param>
    /// <param name="Directions">Their directions.</param>
    /// <param name="Updates">Finished updates.</param>
    /// <param name="Spread">Verdicts' factor on μ.</param>
    /// <param name="Reach">Verdicts' factor on the steps.</param>
    public sealed record State(
        double[] Centre, double[] Points, double[] Predicted, double[] Seen, double[] Directions, int Updates, double Spread, double Reach);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(context.Problem.Origin(), [], [], [], [], 0, 1, 1);

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state) => state.Points.Length == 0
        ? Query.Samples(Math.Max(2, context.Problem.Candidates), context.Problem.RankTop, JudgementKind.Ranking)
        : new Query(
            context.Settings.Proposals, 1, JudgementKind.Ranking, Stage.LineSearch,
            [.. Enumerable.Range(1, context.Settings.Proposals).Select(i => new Role(RoleKind.Step, i * Step(context.Settings, state)))]);

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        if (state.Points.Length > 0)
        {
            new Batch(state.Points, batch.Count, batch.Dimension).CopyTo(batch);
            return;
        }

        for (var i = 0; i < batch.Count; i++)
        {
            context.Noise.Normal(i, batch[i]);
            TensorPrimitives.MultiplyAdd(batch[i], context.Settings.Smoothing * state.Spread, state.Centre, batch[i]);
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer) =>
        state.Points.Length == 0 ? Explored(context, state, batch, answer) : Picked(context, state, batch, answer);

    /// <inheritdoc/>
    protected override State Skip(Context<Settings> context, State state) => state with { Points = [], Predicted = [] };

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    private static State Explored(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        if (answer.Comparisons.Count == 0)
        {
            return state with { Spread = Widening.After(state.Spread, answer.Verdict) };
        }

        // Net wins sum to zero: x itself cancels out of Σ wᵢ (xᵢ - x).
        var (settings, dimension) = (context.Settings, batch.Dimension);
        var (weights, direction) = (new double[batch.Count], new double[dimension]);
        for (var i = 0; i < batch.Count; i++)
        {
            weights[i] = answer.Comparisons.NetWins(i) / (answer.Comparisons.Count * (settings.Smoothing * state.Spread));
        }

        batch.AddWeighted(weights, direction);
        var known = state with
        {
            Seen = Latest(state.Seen, state.Centre, settings.Memory),
            Directions = Latest(state.Directions, direction, settings.Memory),
        };
        known = Proposed(context, known, direction);
        return settings.Proposals == 1
            ? known with { Centre = known.Points, Points = [], Predicted = [], Updates = state.Updates + 1 }
            : known;
    }

    private static State Picked(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        if (answer.Comparisons.Count == 0)
        {
            // "Alike" and "broken" ask for other steps from the same place, unless they cannot differ any more.
            var reach = Widening.After(state.Reach, answer.Verdict);
            return reach != state.Reach
                ? Proposed(context, state with { Reach = reach }, state.Directions.AsSpan(^batch.Dimension..))
                : state with { Points = [], Predicted = [], Updates = state.Updates + 1 };
        }

        return state with { Centre = batch[answer.Comparisons.Order()[0]].ToArray(), Points = [], Predicted = [], Updates = state.Updates + 1 };
    }

    private static State Proposed(Context<Settings> context, State state, ReadOnlySpan<double> direction)
    {
        var (settings, dimension) = (context.Settings, context.Problem.Dimension);
        var memory = new GradientMemory(state.Seen, state.Directions, dimension, settings.Width, settings.Noise);
        var (points, predicted) = (new double[settings.Proposals * dimension], new double[settings.Proposals * dimension]);
        ReadOnlySpan<double> from = state.Centre;
        for (var i = 0; i < settings.Proposals; i++)
        {
            var along = predicted.AsSpan(i * dimension, dimension);
            if (i == 0)
            {
                direction.CopyTo(along);
            }
            else
            {
                memory.Predict(from, along);
            }

            var point = points.AsSpan(i * dimension, dimension);
            TensorPrimitives.MultiplyAdd(along, Step(settings, state), from, point);
            context.Problem.Geometry.Project(point);
            from = point;
        }

        return state with { Points = points, Predicted = predicted };
    }

    private static double[] Latest(double[] earlier, double[] last, int count)
    {
        var kept = Math.Min(earlier.Length, (count - 1) * last.Length);
        return [.. earlier.AsSpan(^kept..), .. last];
    }

    private static double Step(Settings settings, State state) => settings.SizeAt(state.Updates) * state.Reach;
}
