using System.Numerics.Tensors;

namespace Ranking.Engine.Functions;

/// <summary>
/// A function seen in a rotated frame, so that no method gains by looking at one coordinate at a time: f(c + Q (x - c))
/// with c the function's minimum and Q a product of reflections along fixed random directions, which is orthogonal and
/// costs O(d).
/// </summary>
/// <param name="inner">The function to rotate.</param>
public abstract class Rotated(TestFunction inner) : TestFunction
{
    private const int Reflections = 3;

    /// <inheritdoc/>
    public override int MinDimension => inner.MinDimension;

    /// <inheritdoc/>
    public override int MaxDimension => inner.MaxDimension;

    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => inner.Domain;

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x)
    {
        var point = x.ToArray();
        Turn(point, inner.Minimum(x.Length));
        return inner.Value(point);
    }

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient)
    {
        var point = x.ToArray();
        Turn(point, inner.Minimum(x.Length));
        inner.Gradient(point, gradient);

        // The transpose of a product of reflections is the product in the other order.
        for (var n = Reflections - 1; n >= 0; n--)
        {
            Reflect(gradient, n);
        }
    }

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => inner.Minimum(dimension);

    /// <inheritdoc/>
    public override double[] Start(int dimension) => inner.Start(dimension);

    private static void Turn(Span<double> point, ReadOnlySpan<double> centre)
    {
        TensorPrimitives.Subtract(point, centre, point);
        for (var n = 0; n < Reflections; n++)
        {
            Reflect(point, n);
        }

        TensorPrimitives.Add(point, centre, point);
    }

    private static void Reflect(Span<double> point, int n)
    {
        var mirror = new double[point.Length];
        Noise.Philox(20_231_107, Purpose.Begin, 0).Direction(n, mirror);
        TensorPrimitives.MultiplyAdd(mirror, -2 * Reduce.Dot(mirror, point), point, point);
    }
}
