using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Hybrid direct search on comparisons: each round shows the incumbent x, some polls x ± δh of the columns h of a random
/// orthogonal matrix, a positive spanning set, a step along a linear model of the comparisons seen, and a point of a
/// ball around x that covers what polls cannot reach. A better one becomes the incumbent and δ doubles; when all 2d
/// polls have failed δ halves. The model only proposes; that polls go on to shrink is what convergence rests on.
/// </summary>
[Entry("direct-search", "Hybrid direct search",
    Summary = "Polls all directions around the incumbent in turn, beside steps along a model of what won before; never gets worse.",
    Source = "Bouchet, Vidal: Optimization by Directional Attacks, 2025, arXiv 2510.01461; Kolda, Lewis, Torczon: Optimization by Direct Search, 2003")]
public sealed class DirectSearch : Optimizer<DirectSearch.Settings, DirectSearch.State>
{
    private const double Smallest = 1e-150;
    private const double Largest = 1e100;

    /// <summary>The settings of the direct search.</summary>
    public sealed record Settings
    {
        /// <summary>δ at the start.</summary>
        [Range(1e-6, 1000.0), LogScale, Display(Name = "First step", Description = "How far δ the first polls lie from the incumbent.")]
        public double Step { get; init; } = 0.5;

        /// <summary>The factor after a success.</summary>
        [Range(1.0, 10.0), Advanced, Display(Name = "Growth", Description = "What the step is multiplied by after a success.")]
        public double Growth { get; init; } = 2;

        /// <summary>The factor after a failure.</summary>
        [Range(0.01, 0.99), Advanced, Display(Name = "Decline", Description = "What the step is multiplied by when all polls have failed.")]
        public double Decline { get; init; } = 0.5;

        /// <summary>Whether a model proposes.</summary>
        [Display(Name = "Model step", Description = "Show a point along a linear model of the comparisons seen.")]
        public bool ModelStep { get; init; } = true;

        /// <summary>r.</summary>
        [Range(0.0, 1000.0), Display(Name = "Covering radius", Description = "The radius r of the ball around the incumbent from which one point a round is drawn; 0 draws none.")]
        public double CoveringRadius { get; init; }
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">The incumbent x.</param>
    /// <param name="Step">δ.</param>
    /// <param name="Mirror">The unit vector v of the orthogonal matrix I - 2vvᵀ.</param>
    /// <param name="Polled">How many of the 2d polls of this matrix have failed.</param>
    /// <param name="Model">The linear model's direction of descent; zero at first.</param>
    public sealed record State(double[] Centre, double Step, double[] Mirror, int Polled, double[] Model);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) =>
        new(context.Problem.Origin(), context.Settings.Step, Mirrored(context), 0, new double[context.Problem.Dimension]);

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state)
    {
        var (models, covers) = Extras(context, state);
        var polls = Math.Min((2 * state.Centre.Length) - state.Polled, Math.Max(1, context.Problem.Candidates - 1 - models - covers));
        var roles = new Role[1 + models + covers + polls];
        roles[0] = new Role(RoleKind.Incumbent, 0);
        if (models > 0)
        {
            roles[1] = new Role(RoleKind.Step, 2 * state.Step);
        }

        return new Query(roles.Length, Math.Min(context.Problem.RankTop, roles.Length), JudgementKind.Ranking, Stage.Explore, [.. roles]);
    }

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        var (models, covers) = Extras(context, state);
        state.Centre.CopyTo(batch[0]);
        if (models > 0)
        {
            TensorPrimitives.MultiplyAdd(state.Model, 2 * state.Step / Reduce.Norm(state.Model), state.Centre, batch[1]);
        }

        if (covers > 0)
        {
            // Uniform in the ball: the radius of a share u of its volume is r u^(1/d).
            var cover = batch[1 + models];
            context.Noise.Direction(0, cover);
            var share = Exponential.Of(NormalQuantile.Log(context.Noise.Uniform(0, 0)) / cover.Length);
            TensorPrimitives.MultiplyAdd(cover, context.Settings.CoveringRadius * share, state.Centre, cover);
        }

        for (var i = 1 + models + covers; i < batch.Count; i++)
        {
            var poll = state.Polled + i - 1 - models - covers;
            var (column, step) = (poll / 2, poll % 2 == 0 ? state.Step : -state.Step);
            TensorPrimitives.MultiplyAdd(state.Mirror, -2 * state.Mirror[column] * step, state.Centre, batch[i]);
            batch[i][column] += step;
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        var settings = context.Settings;
        if (answer.Verdict is Verdict.AllAlike or Verdict.AllBroken)
        {
            var factor = answer.Verdict == Verdict.AllAlike ? settings.Growth : settings.Decline;
            return state with { Step = Bounded(state.Step * factor), Mirror = Mirrored(context), Polled = 0 };
        }

        var (models, covers) = Extras(context, state);
        var model = Learned(state, batch, answer.Comparisons, 1 + models + covers);
        var winner = answer.Comparisons.Order()[0];
        if (answer.Comparisons.NetWins(winner) > answer.Comparisons.NetWins(0))
        {
            var isCover = covers > 0 && winner == 1 + models;
            return new State(batch[winner].ToArray(), Bounded(state.Step * (isCover ? 1 : settings.Growth)), Mirrored(context), 0, model);
        }

        var polled = state.Polled + batch.Count - 1 - models - covers;
        return polled < 2 * batch.Dimension
            ? state with { Polled = polled, Model = model }
            : state with { Step = Bounded(state.Step * settings.Decline), Mirror = Mirrored(context), Polled = 0, Model = model };
    }

    /// <inheritdoc/>
    protected override State Skip(Context<Settings> context, State state) => state with { Mirror = Mirrored(context), Polled = 0 };

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    private static (int Models, int Covers) Extras(Context<Settings> context, State state)
    {
        var settings = context.Settings;
        var models = settings.ModelStep && context.Problem.Candidates > 2 && Reduce.Norm(state.Model) is > 1e-150 and < 1e150 ? 1 : 0;
        return (models, settings.CoveringRadius > 0 && context.Problem.Candidates > 2 + models ? 1 : 0);
    }

    // Net wins weigh the polls, as in the rank-based estimator; what was learned before counts half.
    private static double[] Learned(State state, ReadOnlyBatch batch, Comparisons comparisons, int firstPoll)
    {
        var (model, offset) = (new double[batch.Dimension], new double[batch.Dimension]);
        TensorPrimitives.Multiply(state.Model, 0.5, model);
        for (var i = firstPoll; i < batch.Count && comparisons.Count > 0; i++)
        {
            TensorPrimitives.Subtract(batch[i], state.Centre, offset);
            TensorPrimitives.MultiplyAdd(offset, (comparisons.NetWins(i) - comparisons.NetWins(0)) / (comparisons.Count * state.Step), model, model);
        }

        return model;
    }

    private static double[] Mirrored(Context<Settings> context)
    {
        var mirror = new double[context.Problem.Dimension];
        context.Noise.Direction(1, mirror);
        return mirror;
    }

    private static double Bounded(double step) => Math.Clamp(step, Smallest, Largest);
}
