using System.Numerics.Tensors;

namespace Ranking.Engine.Functions;

/// <summary>
/// A function moved away from where it is centred, so that no method gains by starting near zero or by shrinking:
/// f(x - s) with s fixed per coordinate, up to a fifth of the domain's half width.
/// </summary>
/// <param name="inner">The function to move.</param>
public abstract class Shifted(TestFunction inner) : TestFunction
{
    /// <inheritdoc/>
    public override int MinDimension => inner.MinDimension;

    /// <inheritdoc/>
    public override int MaxDimension => inner.MaxDimension;

    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => inner.Domain;

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x) => inner.Value(Moved(x, -1));

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient) => inner.Gradient(Moved(x, -1), gradient);

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => Moved(inner.Minimum(dimension), 1);

    /// <inheritdoc/>
    public override double[] Start(int dimension) => inner.Start(dimension);

    private double[] Moved(ReadOnlySpan<double> x, double sign)
    {
        var point = new double[x.Length];
        var noise = Noise.Philox(20_230_509, Purpose.Begin, 0);
        var most = 0.2 * (Domain.Upper - Domain.Lower) / 2;
        for (var i = 0; i < point.Length; i++)
        {
            point[i] = most * ((2 * noise.Uniform(0, i)) - 1);
        }

        TensorPrimitives.MultiplyAdd(point, sign, x, point);
        return point;
    }
}
