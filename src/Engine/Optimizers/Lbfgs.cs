using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// L-BFGS with a fixed step: the last few moves s and changes of the gradient y stand for the inverse Hessian, by the
/// two-loop recursion from the matrix (s·y)/(y·y) I.
/// </summary>
[Entry("lbfgs", "L-BFGS",
    Summary = "A quasi-Newton method: it learns curvature from its last few gradients.",
    Formula = "x ← x − η B g, B from the last pairs (s, y)",
    Source = "Nocedal: Updating Quasi-Newton Matrices with Limited Storage, Mathematics of Computation 35, 1980")]
public sealed class Lbfgs : GradientMethod<Lbfgs.Settings, Lbfgs.State>
{
    // Pairs with less curvature than this say nothing.
    private const double LeastCurvature = 1e-10;

    /// <summary>The settings of L-BFGS.</summary>
    public sealed record Settings
    {
        /// <summary>η.</summary>
        [Range(1e-8, 100.0), LogScale, Display(Name = "Step size", Description = "The factor η on the quasi-Newton step.")]
        public double StepSize { get; init; } = 0.5;

        /// <summary>How many pairs.</summary>
        [Range(1, 100), Display(Name = "History", Description = "How many moves and changes of the gradient are remembered.")]
        public int History { get; init; } = 10;

        /// <summary>Whether the first step is held back.</summary>
        [Advanced, Display(Name = "Careful start", Description = "Hold the first step, before any curvature is known, at most as long as the step size.")]
        public bool CarefulStart { get; init; } = true;

        /// <summary>The longest step.</summary>
        [Range(1e-6, 1e6), LogScale, Advanced, Display(Name = "Longest step", Description = "Longer steps, as curvature near zero asks for, are shortened to this.")]
        public double LongestStep { get; init; } = 100;
    }

    /// <summary>The state between two steps.</summary>
    /// <param name="Centre">The point x.</param>
    /// <param name="Before">The point of the step before; null before the first step.</param>
    /// <param name="Gradient">The gradient there.</param>
    /// <param name="Moves">The moves s, one after another, oldest first.</param>
    /// <param name="Changes">The changes y of the gradient, in the same order.</param>
    public sealed record State(double[] Centre, double[]? Before, double[] Gradient, double[] Moves, double[] Changes);

    /// <inheritdoc/>
    protected override State Begin(Context<Settings> context) => new(context.Problem.Origin(), null, [], [], []);

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Best(State state) => state.Centre;

    /// <inheritdoc/>
    protected override State Step(Context<Settings> context, State state, double value, ReadOnlySpan<double> gradient)
    {
        var (settings, dimension) = (context.Settings, gradient.Length);
        var (moves, changes) = (state.Moves, state.Changes);
        if (state.Before is { } before)
        {
            var (move, change) = (new double[dimension], new double[dimension]);
            TensorPrimitives.Subtract(state.Centre, before, move);
            TensorPrimitives.Subtract(gradient, state.Gradient, change);
            if (Reduce.Dot(change, move) > LeastCurvature)
            {
                var forgotten = moves.Length == settings.History * dimension ? dimension : 0;
                moves = [.. moves.AsSpan(forgotten), .. move];
                changes = [.. changes.AsSpan(forgotten), .. change];
            }
        }

        var step = Direction(gradient, moves, changes);
        var length = settings.StepSize;
        if (state.Before is null && settings.CarefulStart)
        {
            var size = 0.0;
            foreach (var g in gradient)
            {
                size += Math.Abs(g);
            }

            length *= Math.Min(1, 1 / Math.Max(size, double.Epsilon));
        }

        length = Math.Min(length, settings.LongestStep / Math.Max(Reduce.Norm(step), double.Epsilon));
        var point = new double[dimension];
        TensorPrimitives.MultiplyAdd(step, -length, state.Centre, point);
        context.Problem.Geometry.Project(point);
        return new State(point, state.Centre, gradient.ToArray(), moves, changes);
    }

    // The two loops: the inverse Hessian times the gradient.
    private static double[] Direction(ReadOnlySpan<double> gradient, double[] moves, double[] changes)
    {
        var (direction, dimension) = (gradient.ToArray(), gradient.Length);
        var pairs = moves.Length / dimension;
        var weights = new double[pairs];
        for (var k = pairs - 1; k >= 0; k--)
        {
            var s = moves.AsSpan(k * dimension, dimension);
            var y = changes.AsSpan(k * dimension, dimension);
            weights[k] = Reduce.Dot(s, direction) / Reduce.Dot(y, s);
            TensorPrimitives.MultiplyAdd(y, -weights[k], direction, direction);
        }

        if (pairs > 0)
        {
            var s = moves.AsSpan(^dimension..);
            var y = changes.AsSpan(^dimension..);
            TensorPrimitives.Multiply(direction, Reduce.Dot(s, y) / Reduce.SumOfSquares(y), direction);
        }

        for (var k = 0; k < pairs; k++)
        {
            var s = moves.AsSpan(k * dimension, dimension);
            var y = changes.AsSpan(k * dimension, dimension);
            TensorPrimitives.MultiplyAdd(s, weights[k] - (Reduce.Dot(y, direction) / Reduce.Dot(y, s)), direction, direction);
        }

        return direction;
    }
}
