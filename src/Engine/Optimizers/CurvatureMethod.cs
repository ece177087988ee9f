using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>The words of the setting that all methods with curvature have.</summary>
internal static class Curvature
{
    /// <summary>The title of the setting for h.</summary>
    public const string SpacingName = "Spacing";

    /// <summary>The description of the setting for h.</summary>
    public const string SpacingHelp = "How far from the point, h, gradients are compared to find curvature; more where gradients are noisy.";
}

/// <summary>
/// A method that wants products Hu of the Hessian with some directions u, besides value and gradient at its point x. It
/// asks for the gradients at x + hu and x - hu, whose difference is 2hHu up to h² (and exactly so on a quadratic): each
/// product costs two evaluations.
/// </summary>
/// <typeparam name="TSettings">The settings record.</typeparam>
/// <typeparam name="TState">The state record.</typeparam>
public abstract class CurvatureMethod<TSettings, TState> : Optimizer<TSettings, TState>
    where TSettings : class, new()
    where TState : class
{
    /// <inheritdoc/>
    public override JudgementKind Accepts => JudgementKind.Gradients;

    /// <inheritdoc/>
    public override Information Needs => Information.Curvature;

    /// <summary>h.</summary>
    protected abstract double Spacing(TSettings settings);

    /// <summary>How many directions are wanted in this round.</summary>
    protected abstract int Directions(Context<TSettings> context, TState state);

    /// <summary>Writes a direction. It is asked for once a round; noise is that of asking.</summary>
    protected abstract void Direction(Context<TSettings> context, TState state, int index, Span<double> direction);

    /// <summary>The state after a step from the present point.</summary>
    /// <param name="context">Problem, settings and noise.</param>
    /// <param name="state">The state before.</param>
    /// <param name="gradient">The gradient at x.</param>
    /// <param name="directions">The directions u, one after another; after a projection of the points those they lie along.</param>
    /// <param name="products">Hu for each of them.</param>
    protected abstract TState Step(
        Context<TSettings> context, TState state, ReadOnlySpan<double> gradient, ReadOnlySpan<double> directions, ReadOnlySpan<double> products);

    /// <inheritdoc/>
    protected sealed override Query Plan(Context<TSettings> context, TState state)
    {
        var count = 1 + (2 * Directions(context, state));
        return new(count, 1, JudgementKind.Gradients, Stage.Explore, [new Role(RoleKind.Incumbent, 0), .. Enumerable.Repeat(new Role(RoleKind.Sample, 0), count - 1)]);
    }

    /// <inheritdoc/>
    protected sealed override void Ask(Context<TSettings> context, TState state, Batch batch)
    {
        var centre = Best(state);
        var spacing = Spacing(context.Settings);
        var direction = new double[batch.Dimension];
        centre.CopyTo(batch[0]);
        for (var k = 0; (2 * k) + 1 < batch.Count; k++)
        {
            Direction(context, state, k, direction);
            TensorPrimitives.MultiplyAdd(direction, spacing, centre, batch[(2 * k) + 1]);
            TensorPrimitives.MultiplyAdd(direction, -spacing, centre, batch[(2 * k) + 2]);
        }
    }

    /// <inheritdoc/>
    protected sealed override TState Tell(Context<TSettings> context, TState state, ReadOnlyBatch batch, Answer answer)
    {
        var (dimension, spacing) = (batch.Dimension, Spacing(context.Settings));
        var (directions, products) = (new double[batch.Count / 2 * dimension], new double[batch.Count / 2 * dimension]);
        for (var k = 0; (2 * k) + 1 < batch.Count; k++)
        {
            var (up, down) = ((2 * k) + 1, (2 * k) + 2);
            Difference(batch[up], batch[down], spacing, directions.AsSpan(k * dimension, dimension));
            Difference(
                answer.Gradients.Slice(up * dimension, dimension), answer.Gradients.Slice(down * dimension, dimension), spacing,
                products.AsSpan(k * dimension, dimension));
        }

        return Step(context.Scheduled(), state, answer.Gradients[..dimension], directions, products);
    }

    private static void Difference(ReadOnlySpan<double> up, ReadOnlySpan<double> down, double spacing, Span<double> quotient)
    {
        TensorPrimitives.Subtract(up, down, quotient);
        TensorPrimitives.Divide(quotient, 2 * spacing, quotient);
    }
}
