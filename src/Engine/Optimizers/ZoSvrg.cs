using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Variance-reduced zeroth-order descent in epochs: an accurate estimate G along many directions at a snapshot xₛ, then
/// inner steps along v = e(x; U) - e(xₛ; U) + G, whose two estimates share their directions U so that most of their
/// chance cancels. For an objective that is a sum, the judge may take another part of it for each direction.
/// </summary>
[Entry("zo-svrg", "ZO-SVRG",
    Summary = "Corrects cheap estimates of the gradient by an accurate one made every few rounds.",
    Source = "Liu et al.: Zeroth-Order Stochastic Variance Reduction for Nonconvex Optimization, NeurIPS 2018, arXiv 1805.10367")]
public sealed class ZoSvrg : Optimizer<ZoSvrg.Settings, ZoSvrg.State>
{
    /// <summary>The settings of ZO-SVRG.</summary>
    public sealed record Settings : EstimateSettings
    {
        /// <summary>η.</summary>
        [Range(1e-10, 100.0), LogScale, Display(Name = "Step size", Description = "The factor η on the corrected estimate.")]
        public override double StepSize { get; init; } = 0.05;

        /// <summary>The authors draw unit directions.</summary>
        [Advanced, Display(Name = "Directions", Description = "Standard normal directions (gaussian) or unit ones times d (sphere).")]
        public override Distribution Directions { get; init; } = Distribution.Sphere;

        /// <summary>Directions at a snapshot.</summary>
        [Range(1, 1024), LogScale, Display(Name = "Snapshot directions", Description = "Along how many directions the estimate at a snapshot is made.")]
        public int SnapshotDirections { get; init; } = 20;

        /// <summary>Inner steps of an epoch.</summary>
        [Range(1, 1000), LogScale, Display(Name = "Inner steps", Description = "How many steps an epoch makes before the next snapshot.")]
        public int InnerSteps { get; init; } = 5;
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Snapshot">xₛ; null when this round is one at a snapshot.</param>
    /// <param name="Anchor">G, the estimate at the snapshot.</param>
    /// <param name="Inner">Steps made in this epoch.</param>
    /// <param name="Steps">Steps made in all.</param>
    public sealed record State(double[] Centre, double[]? Snapshot, double[]? Anchor, int Inner, int Steps);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Values;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(context.Problem.Origin(), null, null, 0, 0);

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state)
    {
        var settings = context.Settings;
        var count = state.Snapshot is null
            ? DirectionalEstimate.Points(settings, settings.SnapshotDirections)
            : 2 * DirectionalEstimate.Points(settings, InnerDirections(context));
        return Query.Samples(count, context.Problem.RankTop, JudgementKind.Values);
    }

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        if (state.Snapshot is not { } snapshot)
        {
            DirectionalEstimate.Ask(context, state.Centre, batch, 0, context.Settings.SnapshotDirections);
            return;
        }

        var directions = InnerDirections(context);
        DirectionalEstimate.Ask(context, state.Centre, batch, 0, directions);
        DirectionalEstimate.Ask(context, snapshot, batch, batch.Count / 2, directions);
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        var estimate = new double[batch.Dimension];
        if (state.Snapshot is not { } snapshot)
        {
            DirectionalEstimate.Add(context, state.Centre, batch, answer.Losses, 0, context.Settings.SnapshotDirections, 1, estimate);
            return state with { Snapshot = state.Centre, Anchor = estimate, Inner = 0 };
        }

        var directions = InnerDirections(context);
        state.Anchor.CopyTo(estimate.AsSpan());
        DirectionalEstimate.Add(context, state.Centre, batch, answer.Losses, 0, directions, 1, estimate);
        DirectionalEstimate.Add(context, snapshot, batch, answer.Losses, batch.Count / 2, directions, -1, estimate);
        TensorPrimitives.MultiplyAdd(estimate, -context.Settings.SizeAt(state.Steps), state.Centre, estimate);
        context.Problem.Geometry.Project(estimate);
        var isLast = state.Inner + 1 >= context.Settings.InnerSteps;
        return new State(estimate, isLast ? null : snapshot, isLast ? null : state.Anchor, state.Inner + 1, state.Steps + 1);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    private static int InnerDirections(Context<Settings> context) =>
        DirectionalEstimate.Directions(context.Settings, context.Problem.Candidates / 2);
}
