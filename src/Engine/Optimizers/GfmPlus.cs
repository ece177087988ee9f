using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// GFM+: the estimate of <see cref="Gfm"/> carried from step to step, gₜ = gₜ₋₁ + e(xₜ; W) - e(xₜ₋₁; W) with common
/// directions W, and made anew along many directions at the start of each period.
/// </summary>
[Entry("gfm-plus", "GFM+",
    Summary = "Carries the slope of the smoothed objective from step to step and renews it every few rounds; made for kinks.",
    Source = "Chen, Xu, Luo: Faster Gradient-Free Algorithms for Nonsmooth Nonconvex Stochastic Optimization, ICML 2023, arXiv 2301.06428")]
public sealed class GfmPlus : Optimizer<GfmPlus.Settings, GfmPlus.State>
{
    /// <summary>The settings of GFM+: differences are central, directions of unit length.</summary>
    public sealed record Settings : EstimateSettings
    {
        /// <summary>η.</summary>
        [Range(1e-10, 100.0), LogScale, Display(Name = "Step size", Description = "The factor η on the carried estimate.")]
        public override double StepSize { get; init; } = 0.02;

        /// <inheritdoc/>
        public override Difference Form => Difference.Central;

        /// <inheritdoc/>
        public override Distribution Directions => Distribution.Sphere;

        /// <summary>Steps between two renewals.</summary>
        [Range(1, 1000), LogScale, Display(Name = "Period", Description = "How many steps pass between two estimates along many directions.")]
        public int Period { get; init; } = 5;

        /// <summary>Directions of a renewal.</summary>
        [Range(1, 1024), LogScale, Display(Name = "Renewal directions", Description = "Along how many directions the estimate is made at the start of a period.")]
        public int RenewalDirections { get; init; } = 20;
    }

    /// <summary>The state between two rounds.</summary>
    /// <param name="Centre">xₜ.</param>
    /// <param name="Previous">xₜ₋₁; null before the first step.</param>
    /// <param name="Gradient">gₜ₋₁.</param>
    /// <param name="Steps">t.</param>
    public sealed record State(double[] Centre, double[]? Previous, double[]? Gradient, int Steps);

    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Values;

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(context.Problem.Origin(), null, null, 0);

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, State state) =>
        Query.Samples((Renews(context, state) ? 2 : 4) * Directions(context, state), context.Problem.RankTop, JudgementKind.Values);

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, State state, Batch batch)
    {
        var directions = Directions(context, state);
        DirectionalEstimate.Ask(context, state.Centre, batch, 0, directions);
        if (!Renews(context, state))
        {
            DirectionalEstimate.Ask(context, state.Previous, batch, 2 * directions, directions);
        }
    }

    /// <inheritdoc/>
    protected override State Tell(Context<Settings> context, State state, ReadOnlyBatch batch, Answer answer)
    {
        var (directions, gradient) = (Directions(context, state), new double[batch.Dimension]);
        if (!Renews(context, state))
        {
            state.Gradient.CopyTo(gradient.AsSpan());
            DirectionalEstimate.Add(context, state.Previous, batch, answer.Losses, 2 * directions, directions, -1, gradient);
        }

        DirectionalEstimate.Add(context, state.Centre, batch, answer.Losses, 0, directions, 1, gradient);
        var point = new double[batch.Dimension];
        TensorPrimitives.MultiplyAdd(gradient, -context.Settings.SizeAt(state.Steps), state.Centre, point);
        context.Problem.Geometry.Project(point);
        return new State(point, state.Centre, gradient, state.Steps + 1);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    private static bool Renews(Context<Settings> context, State state) => state.Steps % context.Settings.Period == 0;

    // A pair at xₜ and one at xₜ₋₁ for each direction of a carried estimate.
    private static int Directions(Context<Settings> context, State state) =>
        Renews(context, state) ? context.Settings.RenewalDirections : Math.Max(1, context.Problem.Candidates / 4);
}
