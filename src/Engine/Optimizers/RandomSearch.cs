using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Pure random search: normal points around the start, the best so far kept. The zero line that every other method
/// must beat.
/// </summary>
[Entry("random-search", "Random search",
    Summary = "Shows random points beside the best so far and keeps the winner: the line that others must beat.",
    Formula = "x ← the best point drawn so far",
    Source = "Brooks: A Discussion of Random Methods for Seeking Maxima, 1958")]
public sealed class RandomSearch : Optimizer<RandomSearch.Settings, RandomSearch.State>
{
    /// <summary>The settings of random search.</summary>
    public sealed record Settings
    {
        /// <summary>σ.</summary>
        [Range(1e-6, 1000.0), LogScale, Display(Name = "Spread", Description = "Standard deviation σ of the points around the start.")]
        public double Spread { get; init; } = 1;
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">The best point so far.</param>
    public sealed record State(double[] Centre);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Ranking;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(context.Problem.Origin());

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state)
    {
        var roles = new Role[Math.Max(2, context.Problem.Candidates)];
        roles[0] = new Role(RoleKind.Incumbent, 0);
        return new Query(roles.Length, 1, JudgementKind.Ranking, Stage.Explore, [.. roles]);
    }

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        state.Centre.CopyTo(batch[0]);
        for (var i = 1; i < batch.Count; i++)
        {
            context.Noise.Normal(i - 1, batch[i]);
            TensorPrimitives.MultiplyAdd(batch[i], context.Settings.Spread, context.Problem.Start, batch[i]);
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer) =>
        answer.Comparisons.Count == 0 ? state : new State(batch[answer.Comparisons.Order()[0]].ToArray());

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;
}
