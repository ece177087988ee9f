using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// The (1+1) evolution strategy with the one-fifth success rule: one mutation x + σz against its parent; the better
/// one stays, and σ grows with each success and shrinks with each failure.
/// </summary>
[Entry("one-plus-one-es", "(1+1)-ES",
    Summary = "One mutation against the best so far; mutations grow while they win and shrink while they lose.",
    Formula = "y ~ N(x, σ²I); x ← y if y is no worse, σ adapts",
    Source = "Rechenberg: Evolutionsstrategie, 1973; Hansen, Arnold, Auger: Evolution Strategies, 2015")]
public sealed class OnePlusOneEs : Optimizer<OnePlusOneEs.Settings, OnePlusOneEs.State>
{
    /// <summary>How the mutation length adapts.</summary>
    public enum StepRule
    {
        /// <summary>σ ← σ exp((a - p)/D) with a = 1 for a success, else 0.</summary>
        Exponential,

        /// <summary>σ times one factor for a success, another for a failure.</summary>
        Factor,
    }

    /// <summary>The settings of the (1+1)-ES.</summary>
    public sealed record Settings
    {
        /// <summary>σ at the start.</summary>
        [Range(1e-6, 1000.0), LogScale, Display(Name = "First mutation", Description = "Standard deviation σ of the first mutation.")]
        public double Sigma { get; init; } = 0.5;

        /// <summary>How σ adapts.</summary>
        [Advanced, Display(Name = "Step rule", Description = "How σ adapts: by the exponential one-fifth rule (exponential) or by two factors (factor).")]
        public StepRule Rule { get; init; } = StepRule.Exponential;

        /// <summary>p.</summary>
        [Range(0.01, 0.99), Advanced, Display(Name = "Success target", Description = "The share p of winning mutations at which σ stays.")]
        public double SuccessTarget { get; init; } = 0.2;

        /// <summary>D.</summary>
        [Range(0.0, 1000.0), Advanced, Display(Name = "Damping", Description = "How slowly σ adapts, D; 0 takes √(d+1).")]
        public double Damping { get; init; }

        /// <summary>The factor after a success.</summary>
        [Range(1.0, 10.0), Advanced, Display(Name = "Growth", Description = "With two factors: what σ is multiplied by after a success.")]
        public double Up { get; init; } = 2;

        /// <summary>The factor after a failure.</summary>
        [Range(0.01, 1.0), Advanced, Display(Name = "Decline", Description = "With two factors: what σ is multiplied by after a failure.")]
        public double Down { get; init; } = 0.8408964152537145;
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">The parent x.</param>
    /// <param name="Sigma">σ.</param>
    public sealed record State(double[] Centre, double Sigma);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(context.Problem.Origin(), context.Settings.Sigma);

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state) =>
        new(2, 1, JudgementKind.Ranking, Stage.Explore, [new Role(RoleKind.Sample, 0), new Role(RoleKind.Incumbent, 0)]);

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        context.Noise.Normal(0, batch[0]);
        TensorPrimitives.MultiplyAdd(batch[0], state.Sigma, state.Centre, batch[0]);
        state.Centre.CopyTo(batch[1]);
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        if (answer.Verdict is Verdict.AllAlike or Verdict.AllBroken)
        {
            return state with { Sigma = Widening.Bounded(state.Sigma * Widening.Of(answer.Verdict)) };
        }

        // A tie counts as a success: the rule is f(y) ≤ f(x).
        var wins = answer.Verdict is null && answer.Comparisons.NetWins(0) >= 0;
        var sigma = Widening.Bounded(state.Sigma * Growth(context.Settings, batch.Dimension, wins));
        return new State(wins ? context.Spare.TakeCopy(batch[0]) : state.Centre, sigma);
    }

    /// <inheritdoc/>
    protected override void Retire(State before, State after, SpareVectors spare) => spare.Give(before.Centre == after.Centre ? null : before.Centre);

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    private static double Growth(Settings settings, int dimension, bool wins)
    {
        if (settings.Rule == StepRule.Factor)
        {
            return wins ? settings.Up : settings.Down;
        }

        var damping = settings.Damping > 0 ? settings.Damping : Math.Sqrt(dimension + 1);
        return Exponential.Of(((wins ? 1 : 0) - settings.SuccessTarget) / damping);
    }
}
