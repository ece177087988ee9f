using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// A Gaussian process with Matérn 5/2 covariance on values at points: posterior mean kᵀK⁻¹y and variance
/// s²(1 - kᵀK⁻¹k). Mean and variance s² of the prior are those that fit the values best, the length scale is the one of
/// a grid with the greatest marginal likelihood (Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006).
/// </summary>
public sealed class GaussianProcess
{
    private readonly double[] _points;
    private readonly int _dimension;
    private readonly double[] _factor;
    private readonly double[] _weights;
    private readonly double _length;
    private readonly double _centre;

    private GaussianProcess(double[] points, int dimension, double[] factor, double[] weights, double length, double centre, double scale, double likelihood)
    {
        (_points, _dimension, _factor, _weights, _length, _centre) = (points, dimension, factor, weights, length, centre);
        (Scale, Likelihood) = (scale, likelihood);
    }

    /// <summary>How many points it knows.</summary>
    public int Count => _weights.Length;

    /// <summary>s, the prior's standard deviation.</summary>
    public double Scale { get; }

    /// <summary>The logarithm of the marginal likelihood, up to a constant.</summary>
    public double Likelihood { get; }

    /// <summary>The process that explains the values best.</summary>
    /// <param name="points">One point after the other.</param>
    /// <param name="values">Their values.</param>
    /// <param name="dimension">Numbers per point.</param>
    /// <param name="width">The width of the domain: length scales of the grid are 1/16 to 4 times it, times √d.</param>
    /// <param name="noise">The variance of the noise as a share of s².</param>
    public static GaussianProcess Fit(double[] points, double[] values, int dimension, double width, double noise)
    {
        GaussianProcess? best = null;
        for (var step = -4; step <= 2; step++)
        {
            var process = Of(points, values, dimension, Math.ScaleB(width * Math.Sqrt(dimension), step), noise);
            best = best is null || process.Likelihood > best.Likelihood ? process : best;
        }

        return best!;
    }

    /// <summary>The process with a given length scale.</summary>
    public static GaussianProcess Of(double[] points, double[] values, int dimension, double length, double noise)
    {
        var count = values.Length;
        var covariance = new double[count * count];
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                covariance[(i * count) + j] = Covariance(points.AsSpan(i * dimension, dimension), points.AsSpan(j * dimension, dimension), length);
            }

            covariance[(i * count) + i] = 1;
        }

        var (factor, _) = Cholesky.Raised(covariance, count, Math.Max(noise, 1e-8));

        // The mean that fits best is 1ᵀK⁻¹y / 1ᵀK⁻¹1.
        var (ones, weights) = (new double[count], values.AsSpan().ToArray());
        Array.Fill(ones, 1);
        Cholesky.Solve(factor, count, count, ones);
        var (total, centre) = (0.0, 0.0);
        foreach (var one in ones)
        {
            total += one;
        }

        centre = Reduce.Dot(ones, values) / total;
        TensorPrimitives.Subtract(values, centre, weights);
        var residual = weights.AsSpan().ToArray();
        Cholesky.Solve(factor, count, count, weights);
        var variance = Math.Max(Reduce.Dot(residual, weights) / count, 1e-300);
        var likelihood = -0.5 * ((count * NormalQuantile.Log(variance)) + Cholesky.LogDeterminant(factor, count, count));
        return new GaussianProcess(points, dimension, factor, weights, length, centre, Math.Sqrt(variance), likelihood);
    }

    /// <summary>The posterior at a point, as a mean and a standard deviation in units of s.</summary>
    /// <param name="point">The point.</param>
    /// <param name="half">L⁻¹k of the point, <see cref="Count"/> numbers, from which covariances follow.</param>
    public (double Mean, double Deviation) At(ReadOnlySpan<double> point, Span<double> half)
    {
        for (var i = 0; i < Count; i++)
        {
            half[i] = Covariance(point, _points.AsSpan(i * _dimension, _dimension), _length);
        }

        var mean = _centre + Reduce.Dot(half, _weights);
        Cholesky.Forward(_factor, Count, Count, half);
        return (mean, Math.Sqrt(Math.Max(0, 1 - Reduce.SumOfSquares(half))));
    }

    /// <summary>The prior covariance of two points in units of s².</summary>
    public double Covariance(ReadOnlySpan<double> a, ReadOnlySpan<double> b) => Covariance(a, b, _length);

    // (1 + z + z²/3) exp(-z) with z = √5 |a - b| / length.
    private static double Covariance(ReadOnlySpan<double> a, ReadOnlySpan<double> b, double length)
    {
        var z = Math.Sqrt(5) * Reduce.Distance(a, b) / length;
        return (1 + z + (z * z / 3)) * Exponential.Of(-z);
    }
}
