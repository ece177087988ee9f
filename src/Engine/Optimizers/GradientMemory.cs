using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// Gradients predicted from those seen at other points: kernel regression ĝ(x) = k(x)ᵀ(K + σ²I)⁻¹G with the kernel
/// exp(-|x-y|²/2ℓ²), whose length ℓ is a multiple of the largest distance among the points.
/// </summary>
public sealed class GradientMemory
{
    private readonly double[] _points;
    private readonly double[] _gradients;
    private readonly double[] _factor;
    private readonly int _dimension;
    private readonly double _length;

    /// <summary>A memory of points and their gradients, one after the other.</summary>
    /// <param name="points">The points.</param>
    /// <param name="gradients">As many gradients.</param>
    /// <param name="dimension">Numbers per point.</param>
    /// <param name="width">ℓ as a multiple of the largest distance.</param>
    /// <param name="noise">σ², relative to the variance of a gradient.</param>
    public GradientMemory(double[] points, double[] gradients, int dimension, double width, double noise)
    {
        ArgumentNullException.ThrowIfNull(points);
        (_points, _gradients, _dimension) = (points, gradients, dimension);
        Count = points.Length / dimension;
        _factor = new double[Count * Count];
        var largest = 0.0;
        for (var i = 0; i < Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                largest = Math.Max(largest, Reduce.Distance(Point(i), Point(j)));
            }
        }

        _length = largest > 0 ? width * largest : 1;
        for (; ; noise *= 10)
        {
            for (var i = 0; i < Count; i++)
            {
                for (var j = 0; j <= i; j++)
                {
                    _factor[(i * Count) + j] = Kernel(Point(i), Point(j)) + (i == j ? noise : 0);
                }
            }

            if (Cholesky.TryFactor(_factor, Count, Count))
            {
                return;
            }
        }
    }

    /// <summary>How many gradients it knows.</summary>
    public int Count { get; }

    /// <summary>Writes the gradient that is expected at <paramref name="point"/>; zero while nothing is known.</summary>
    public void Predict(ReadOnlySpan<double> point, Span<double> gradient)
    {
        gradient.Clear();
        var weights = new double[Count];
        for (var i = 0; i < Count; i++)
        {
            weights[i] = Kernel(point, Point(i));
        }

        Cholesky.Solve(_factor, Count, Count, weights);
        for (var i = 0; i < Count; i++)
        {
            TensorPrimitives.MultiplyAdd(_gradients.AsSpan(i * _dimension, _dimension), weights[i], gradient, gradient);
        }
    }

    private ReadOnlySpan<double> Point(int i) => _points.AsSpan(i * _dimension, _dimension);

    private double Kernel(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var distance = Reduce.Distance(a, b) / _length;
        return Exponential.Of(-distance * distance / 2);
    }
}
