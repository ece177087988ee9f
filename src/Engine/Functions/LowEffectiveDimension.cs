namespace Ranking.Engine.Functions;

/// <summary>
/// f(x) = Σⱼ (⟨aⱼ, x⟩ - 1)² over at most five orthonormal cosine vectors aⱼ of the discrete cosine transform: the value
/// does not change along the other directions.
/// </summary>
[Entry("low-effective-dimension", "Low effective dimension", Summary = "Only five hidden directions matter, whatever the dimension.",
    Formula = "f(x) = Σⱼ (⟨aⱼ, x⟩ − 1)², at most five orthonormal cosine vectors aⱼ",
    Source = "Wang, Hutter, Zoghi, Matheson, de Freitas: Bayesian Optimization in a Billion Dimensions via Random Embeddings, 2016")]
public sealed class LowEffectiveDimension : TestFunction
{
    private const int Effective = 5;

    /// <inheritdoc/>
    public override (double Lower, double Upper) Domain => (-5, 5);

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> x)
    {
        var sum = 0.0;
        for (var j = 0; j < Directions(x.Length); j++)
        {
            var miss = Miss(x, j);
            sum += miss * miss;
        }

        return sum;
    }

    /// <inheritdoc/>
    public override void Gradient(ReadOnlySpan<double> x, Span<double> gradient)
    {
        gradient.Clear();
        for (var j = 0; j < Directions(x.Length); j++)
        {
            var miss = Miss(x, j);
            for (var i = 0; i < x.Length; i++)
            {
                gradient[i] += 2 * miss * Entry(j, i, x.Length);
            }
        }
    }

    /// <inheritdoc/>
    public override double[] Minimum(int dimension) => Best(dimension);

    /// <inheritdoc/>
    public override double[] Start(int dimension) => [.. Enumerable.Range(0, dimension).Select(i => i % 2 == 0 ? 2 : -1.0)];

    private static int Directions(int dimension) => Math.Min(Effective, dimension);

    // Row j of the orthonormal DCT-II matrix, without the constant row where there are enough others.
    private static double Entry(int j, int i, int dimension)
    {
        var row = dimension > Effective ? j + 1 : j;
        return Math.Sqrt((row == 0 ? 1.0 : 2.0) / dimension) * Math.Cos(Math.PI * row * (i + 0.5) / dimension);
    }

    private static double Miss(ReadOnlySpan<double> x, int j)
    {
        var inner = -1.0;
        for (var i = 0; i < x.Length; i++)
        {
            inner += Entry(j, i, x.Length) * x[i];
        }

        return inner;
    }

    private static double[] Best(int dimension)
    {
        var point = new double[dimension];
        for (var j = 0; j < Directions(dimension); j++)
        {
            for (var i = 0; i < dimension; i++)
            {
                point[i] += Entry(j, i, dimension);
            }
        }

        return point;
    }
}
