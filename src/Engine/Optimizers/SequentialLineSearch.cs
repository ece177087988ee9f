using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Sequential line search: each round shows points along the line from the favourite to the point that is expected to
/// improve on it most, and the judge picks the best, as on a slider; or on a grid of the plane of two such points.
/// </summary>
[Entry("sequential-line-search", "Sequential line search",
    Summary = "Shows a slider, or a plane, through the favourite and what may beat it; the judge picks the best place.",
    Source = "Koyama et al.: Sequential Line Search for Efficient Visual Design Optimization by Crowds, 2017; Koyama et al.: Sequential Gallery for Interactive Visual Design Optimization, 2020")]
public sealed class SequentialLineSearch : PreferenceSearch<SequentialLineSearch.Settings>
{
    // A slider is a quarter longer than the way between its two points.
    private const double Beyond = 0.125;

    /// <summary>What is searched in a round.</summary>
    public enum Shape
    {
        /// <summary>A line.</summary>
        Line,

        /// <summary>A plane.</summary>
        Plane,
    }

    /// <summary>The settings of sequential line search.</summary>
    public sealed record Settings : PreferenceModel
    {
        /// <summary>What is searched in a round.</summary>
        [Display(Name = "Shape", Description = "Show points along a line (line) or on a square grid of a plane (plane) around the favourite.")]
        public Shape Shape { get; init; } = Shape.Line;
    }

    /// <inheritdoc/>
    protected override Query Plan(Context<Settings> context, PreferenceState state)
    {
        if (context.Settings.Shape == Shape.Plane)
        {
            var side = Side(context.Problem);
            var roles = Enumerable.Range(0, side * side).Select(i => i == side * side / 2 ? new Role(RoleKind.Incumbent, 0) : new Role(RoleKind.Sample, 0));
            return new Query(side * side, 1, JudgementKind.Ranking, Stage.Explore, [.. roles]);
        }

        var places = Places(context.Problem);
        return new Query(places.Length, 1, JudgementKind.Ranking, Stage.LineSearch,
            [.. places.Select(step => step == 0 ? new Role(RoleKind.Incumbent, 0) : new Role(RoleKind.Step, step))]);
    }

    /// <inheritdoc/>
    protected override void Ask(Context<Settings> context, PreferenceState state, Batch batch)
    {
        var (first, second) = (new double[batch.Dimension], new double[batch.Dimension]);
        if (Pool(context, state) is { } pool)
        {
            var chosen = pool.Expected(context.Noise, 2);
            TensorPrimitives.Subtract(pool.Points[chosen[0]], state.Favourite, first);
            TensorPrimitives.Subtract(pool.Points[chosen[1]], state.Favourite, second);
        }
        else
        {
            context.Noise.Normal(0, first);
            context.Noise.Normal(1, second);
            TensorPrimitives.Multiply(first, context.Settings.Spread * state.Reach, first);
            TensorPrimitives.Multiply(second, context.Settings.Spread * state.Reach, second);
        }

        if (context.Settings.Shape == Shape.Line)
        {
            var places = Places(context.Problem);
            for (var i = 0; i < batch.Count; i++)
            {
                TensorPrimitives.MultiplyAdd(first, places[i], state.Favourite, batch[i]);
            }

            return;
        }

        var (side, middle) = (Side(context.Problem), Side(context.Problem) / 2);
        for (var i = 0; i < batch.Count; i++)
        {
            TensorPrimitives.MultiplyAdd(first, (double)((i % side) - middle) / middle, state.Favourite, batch[i]);
            TensorPrimitives.MultiplyAdd(second, (double)((i / side) - middle) / middle, batch[i], batch[i]);
        }
    }

    /// <inheritdoc/>
    protected override int Place(PreferenceState state, ReadOnlyBatch batch)
    {
        var nearest = 0;
        for (var i = 1; i < batch.Count; i++)
        {
            nearest = Reduce.Distance(batch[i], state.Favourite) < Reduce.Distance(batch[nearest], state.Favourite) ? i : nearest;
        }

        return nearest;
    }

    // Equal steps from before the favourite, at 0, to beyond the other point, at 1; the nearest to the favourite is it.
    private static double[] Places(Problem problem)
    {
        var count = Math.Max(3, problem.Candidates);
        var places = Enumerable.Range(0, count).Select(i => ((1 + (2 * Beyond)) * i / (count - 1)) - Beyond).ToArray();
        places[Array.IndexOf(places, places.MinBy(Math.Abs))] = 0;
        return places;
    }

    // An odd side has the favourite in the middle.
    private static int Side(Problem problem) => Math.Max(3, (((int)Math.Sqrt(problem.Candidates) - 1) | 1));
}
