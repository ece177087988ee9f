using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// The normal approximation of the ideal point's posterior in r coordinates: the prior N(0, s² I) times one probit
/// factor Φ((n·x - o)/τ) for each half-space, by expectation propagation (Minka: A family of algorithms for approximate
/// Bayesian inference, 2001, chapter 3), which unlike Laplace's method stays exact in the mean where judges hardly err.
/// τ is a share κ of what the objective differs within the half-space's batch: comparisons made far from the ideal point
/// are as blunt as they are far.
/// </summary>
public sealed class IdealPosterior
{
    private const double Enough = 1e-2;
    private readonly int _size;
    private readonly int _dimension;
    private readonly double _scale;
    private readonly double[] _covariance;
    private readonly double[] _along;
    private readonly double[] _mean;
    private readonly JudgedBatch[] _batches;

    private IdealPosterior(int size, int dimension, double scale, JudgedBatch[] batches)
    {
        (_size, _dimension, _scale, _batches) = (size, dimension, scale, (JudgedBatch[])batches.Clone());
        (_covariance, _along, _mean) = (new double[size * size], new double[size], new double[size]);
        for (var i = 0; i < size; i++)
        {
            _covariance[(i * size) + i] = scale * scale;
        }

        foreach (var halfSpace in batches.SelectMany(batch => batch.HalfSpaces))
        {
            if (halfSpace.Precision > 0)
            {
                Add(Variance(halfSpace.Normal), Reduce.Dot(halfSpace.Normal, _mean.AsSpan(0, halfSpace.Normal.Length)), halfSpace.Precision, halfSpace.Shift);
            }
        }
    }

    /// <summary>The posterior mean.</summary>
    public double[] Mean => _mean;

    /// <summary>The batches with what was learned from them.</summary>
    public JudgedBatch[] Batches => _batches;

    /// <summary>The expected squared distance of the ideal point from the mean, over all dimensions.</summary>
    public double Trace
    {
        get
        {
            var sum = (_dimension - _size) * _scale * _scale;
            for (var i = 0; i < _size; i++)
            {
                sum += _covariance[(i * _size) + i];
            }

            return Math.Max(sum, 0);
        }
    }

    /// <summary>The posterior that the batches' factors stand for.</summary>
    /// <param name="size">The coordinates r.</param>
    /// <param name="dimension">All dimensions d; beyond the coordinates the prior holds.</param>
    /// <param name="scale">s.</param>
    /// <param name="batches">The judged batches.</param>
    public static IdealPosterior Of(int size, int dimension, double scale, JudgedBatch[] batches) => new(size, dimension, scale, batches);

    /// <summary>Fits the factors anew.</summary>
    /// <param name="size">The coordinates r.</param>
    /// <param name="dimension">All dimensions d.</param>
    /// <param name="scale">s.</param>
    /// <param name="slip">κ.</param>
    /// <param name="batches">The judged batches; a new one has no factors yet.</param>
    /// <param name="sweeps">The most passes over all half-spaces.</param>
    public static IdealPosterior Fit(int size, int dimension, double scale, double slip, JudgedBatch[] batches, int sweeps)
    {
        var posterior = new IdealPosterior(size, dimension, scale, batches);
        var widths = posterior.Widths(slip);
        for (var sweep = 0; sweep < sweeps && posterior.Sweep(widths) > Enough; sweep++)
        {
        }

        return posterior;
    }

    /// <summary>nᵀ Σ n.</summary>
    public double Variance(ReadOnlySpan<double> normal)
    {
        Times(normal, _along);
        return Reduce.Dot(normal, _along.AsSpan(0, normal.Length));
    }

    /// <summary>Σ n, into <paramref name="product"/>.</summary>
    public void Times(ReadOnlySpan<double> normal, Span<double> product)
    {
        product.Clear();
        for (var i = 0; i < normal.Length; i++)
        {
            if (normal[i] != 0)
            {
                TensorPrimitives.MultiplyAdd(_covariance.AsSpan(i * _size, _size), normal[i], product, product);
            }
        }
    }

    private double[][] Widths(double slip)
    {
        var trace = Trace;
        return [.. _batches.Select(batch =>
        {
            var away = Reduce.SumOfSquares(_mean.AsSpan(batch.Centre.Length));
            for (var i = 0; i < batch.Centre.Length; i++)
            {
                away += (_mean[i] - batch.Centre[i]) * (_mean[i] - batch.Centre[i]);
            }

            var spread = batch.HalfSpaces.Length == 0 ? 0 : batch.Spread(_mean, Math.Sqrt((away + trace) / _dimension));
            return batch.HalfSpaces.Select(halfSpace => slip * spread / (Math.Sqrt(2 * batch.Weight) * halfSpace.Gap)).ToArray();
        })];
    }

    // One pass; gives the largest relative change of a factor.
    private double Sweep(double[][] widths)
    {
        var change = 0.0;
        for (var b = _batches.Length - 1; b >= 0; b--)
        {
            var fitted = (HalfSpace[])_batches[b].HalfSpaces.Clone();
            for (var i = 0; i < fitted.Length; i++)
            {
                var halfSpace = fitted[i];
                var variance = Variance(halfSpace.Normal);
                var mean = Reduce.Dot(halfSpace.Normal, _mean.AsSpan(0, halfSpace.Normal.Length));
                if (Cavity(halfSpace, variance, mean) is not { } cavity)
                {
                    continue;
                }

                // Mean and variance of the cavity times the probit factor.
                var total = cavity.Variance + (widths[b][i] * widths[b][i]);
                var z = (cavity.Mean - halfSpace.Offset) / Math.Sqrt(total);
                var (_, ratio) = NormalDistribution.Tail(z);
                var shrink = Math.Clamp(cavity.Variance * ratio * (z + ratio) / total, 0, 1 - 1e-10);
                var tiltedMean = cavity.Mean + (cavity.Variance * ratio / Math.Sqrt(total));
                var tiltedVariance = cavity.Variance * (1 - shrink);
                var precision = shrink / tiltedVariance;
                var shift = (tiltedMean / tiltedVariance) - (cavity.Mean / cavity.Variance);
                if (!double.IsFinite(precision) || !double.IsFinite(shift))
                {
                    continue;
                }

                change = Math.Max(change, Math.Abs(precision - halfSpace.Precision) * variance);
                Add(variance, mean, precision - halfSpace.Precision, shift - halfSpace.Shift);
                fitted[i] = halfSpace with { Precision = precision, Shift = shift };
            }

            _batches[b] = _batches[b] with { HalfSpaces = fitted };
        }

        return change;
    }

    // The marginal along a normal without the half-space's own factor.
    private static (double Mean, double Variance)? Cavity(HalfSpace halfSpace, double variance, double mean)
    {
        var rest = 1 - (halfSpace.Precision * variance);
        return variance > 1e-290 && rest > 1e-9 ? ((mean - (halfSpace.Shift * variance)) / rest, variance / rest) : null;
    }

    // Adds a Gaussian factor along the normal whose Σ n lies in _along.
    private void Add(double variance, double mean, double precision, double shift)
    {
        var denominator = 1 + (precision * variance);
        if (!(denominator > 1e-12))
        {
            return;
        }

        TensorPrimitives.MultiplyAdd(_along, (shift - (precision * mean)) / denominator, _mean, _mean);
        for (var i = 0; i < _size; i++)
        {
            var row = _covariance.AsSpan(i * _size, _size);
            TensorPrimitives.MultiplyAdd(_along, -_along[i] * precision / denominator, row, row);
        }
    }
}
