using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// The Frank-Wolfe method on a set: v is the corner of the set farthest down the slope, and x ← x + 2/(k+2) (v - x). The
/// point stays in the set without a projection, as a mean of corners.
/// </summary>
[Entry("frank-wolfe", "Frank-Wolfe",
    Summary = "Goes part of the way to the corner of a set that promises most: never leaves the set, and needs no step size.",
    Formula = "x ← x + 2/(k+2) (v − x), v = argmin g·v over the set",
    Source = "Frank, Wolfe: An algorithm for quadratic programming, 1956; Bubeck: Convex Optimization: Algorithms and Complexity, 2015")]
public sealed class FrankWolfe : GradientMethod<FrankWolfe.Settings, FrankWolfe.State>
{
    /// <summary>The set, of radius r.</summary>
    public enum Region
    {
        /// <summary>Coordinates from -r to r.</summary>
        Box,

        /// <summary>Coordinates whose absolute values sum to r at most.</summary>
        L1Ball,

        /// <summary>Coordinates of at least 0 that sum to r.</summary>
        Simplex,
    }

    /// <summary>The settings of the Frank-Wolfe method.</summary>
    public sealed record Settings
    {
        /// <summary>The set.</summary>
        [Display(Name = "Set", Description = "Where the answer lies: in a box from -r to r, where absolute values sum to r at most (l1Ball), or where coordinates of at least 0 sum to r (simplex).")]
        public Region Set { get; init; }

        /// <summary>r.</summary>
        [Range(1e-6, 1e6), LogScale, Display(Name = "Radius", Description = "The size r of the set.")]
        public double Radius { get; init; } = 5;
    }

    /// <summary>The state between two steps.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Steps">k.</param>
    public sealed record State(double[] Centre, int Steps);

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context)
    {
        var (point, settings) = (context.Problem.Origin(), context.Settings);
        switch (settings.Set)
        {
            case Region.Box:
                TensorPrimitives.Clamp(point, -settings.Radius, settings.Radius, point);
                break;
            case Region.L1Ball when point.Sum(Math.Abs) is var size && size > settings.Radius:
                TensorPrimitives.Multiply(point, settings.Radius / size, point);
                break;
            case Region.Simplex when point.Min() < 0 || Math.Abs(point.Sum() - settings.Radius) > 1e-9 * settings.Radius:
                Array.Fill(point, settings.Radius / point.Length);
                break;
        }

        context.Problem.Geometry.Project(point);
        return new State(point, 0);
    }

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    /// <inheritdoc/>
    protected override State Step(Context<Settings> context, State state, double value, ReadOnlySpan<double> gradient)
    {
        var (point, rate) = (Corner(context.Settings, gradient), 2.0 / (state.Steps + 2));
        TensorPrimitives.Multiply(point, rate, point);
        TensorPrimitives.MultiplyAdd(state.Centre, 1 - rate, point, point);
        context.Problem.Geometry.Project(point);
        return new State(point, state.Steps + 1);
    }

    // Among equal slopes the lowest index counts.
    private static double[] Corner(Settings settings, ReadOnlySpan<double> gradient)
    {
        var (corner, steepest) = (new double[gradient.Length], 0);
        for (var i = 0; i < corner.Length; i++)
        {
            if (settings.Set == Region.Box)
            {
                corner[i] = -settings.Radius * Math.Sign(gradient[i]);
            }
            else if (settings.Set == Region.Simplex ? gradient[i] < gradient[steepest] : Math.Abs(gradient[i]) > Math.Abs(gradient[steepest]))
            {
                steepest = i;
            }
        }

        if (settings.Set != Region.Box)
        {
            corner[steepest] = settings.Set == Region.Simplex ? settings.Radius : -settings.Radius * Math.Sign(gradient[steepest]);
        }

        return corner;
    }
}
