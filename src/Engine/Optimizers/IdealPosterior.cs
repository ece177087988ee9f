using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>
/// The normal approximation of the ideal point's posterior in r coordinates: the prior N(0, s² I) times one
/// <see cref="OrderFactor"/> for each judged batch, by expectation propagation (Minka: A family of algorithms for
/// approximate Bayesian inference, 2001, chapter 3), which unlike Laplace's method stays exact in the mean where judges
/// hardly err. The judge's error is a share κ of what the objective differs within the batch: comparisons made far from
/// the ideal point are as blunt as they are far.
/// </summary>
public sealed class IdealPosterior
{
    private const double Enough = 1e-2;
    private const int Passes = 2;
    private readonly int _size;
    private readonly int _dimension;
    private readonly double _scale;
    private readonly double[] _covariance;
    private readonly double[] _mean;
    private readonly JudgedBatch[] _batches;

    private IdealPosterior(int size, int dimension, double scale, AnswerSummary earlier, JudgedBatch[] batches)
    {
        (_size, _dimension, _scale, _batches) = (size, dimension, scale, (JudgedBatch[])batches.Clone());
        (_covariance, _mean) = (new double[size * size], new double[size]);
        for (var i = 0; i < size; i++)
        {
            _covariance[(i * size) + i] = scale * scale;
        }

        Include(earlier);
        foreach (var batch in batches)
        {
            if (batch.Pairs.Any(pair => pair.Precision > 0) && OrderFactor.Of(batch.Pairs, batch.Offsets.Length, batch.Noise) is var (precision, shift))
            {
                Include(new Projection(this, batch), precision, shift);
            }
        }
    }

    /// <summary>The posterior mean.</summary>
    public double[] Mean => _mean;

    /// <summary>The batches with what was learned from them.</summary>
    public JudgedBatch[] Batches => _batches;

    /// <summary>The expected squared distance of the ideal point from the mean, over all dimensions.</summary>
    public double Trace => Math.Max(((_dimension - _size) * _scale * _scale) + Inside, 0);

    /// <summary>The derivative of the answers' log-probability by ln s: E|x|²/s² - r.</summary>
    public double Slope => ((Reduce.SumOfSquares(_mean) + Inside) / (_scale * _scale)) - _size;

    /// <summary>The derivative of the answers' log-probability by ln κ, as last fitted.</summary>
    public double ErrorSlope { get; private set; }

    /// <summary>How many errors that is over.</summary>
    public int Errors { get; private set; }

    private double Inside
    {
        get
        {
            var sum = 0.0;
            for (var i = 0; i < _size; i++)
            {
                sum += _covariance[(i * _size) + i];
            }

            return sum;
        }
    }

    /// <summary>The posterior that the batches' factors stand for.</summary>
    /// <param name="size">The coordinates r.</param>
    /// <param name="dimension">All dimensions d; beyond the coordinates the prior holds.</param>
    /// <param name="scale">s.</param>
    /// <param name="earlier">What answers before these said.</param>
    /// <param name="batches">The judged batches.</param>
    public static IdealPosterior Of(int size, int dimension, double scale, AnswerSummary earlier, JudgedBatch[] batches) => new(size, dimension, scale, earlier, batches);

    /// <summary>Fits the factors anew.</summary>
    /// <param name="size">The coordinates r.</param>
    /// <param name="dimension">All dimensions d.</param>
    /// <param name="scale">s.</param>
    /// <param name="slip">κ.</param>
    /// <param name="earlier">What answers before these said.</param>
    /// <param name="batches">The judged batches; a new one has no factors yet.</param>
    /// <param name="sweeps">The most passes over all batches.</param>
    public static IdealPosterior Fit(int size, int dimension, double scale, double slip, AnswerSummary earlier, JudgedBatch[] batches, int sweeps)
    {
        var posterior = new IdealPosterior(size, dimension, scale, earlier, batches);
        var noises = posterior.Noises(slip);
        for (var sweep = 0; sweep < sweeps && posterior.Sweep(noises) > Enough; sweep++)
        {
        }

        return posterior;
    }

    /// <summary>nᵀ Σ n.</summary>
    public double Variance(ReadOnlySpan<double> normal)
    {
        var along = new double[_size];
        Times(normal, along);
        return Reduce.Dot(normal, along.AsSpan(0, normal.Length));
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

    private double[] Noises(double slip)
    {
        var trace = Trace;
        return [.. _batches.Select(batch =>
        {
            var away = Reduce.SumOfSquares(_mean.AsSpan(batch.Centre.Length));
            for (var i = 0; i < batch.Centre.Length; i++)
            {
                away += (_mean[i] - batch.Centre[i]) * (_mean[i] - batch.Centre[i]);
            }

            var values = batch.Values(_mean);
            var average = values.Average();
            var spread = (values.Sum(value => (value - average) * (value - average)) / values.Length) + ((away + trace) / _dimension);
            return slip * Math.Sqrt(spread / batch.Weight);
        })];
    }

    // One pass; gives the largest relative change of a factor.
    private double Sweep(double[] noises)
    {
        var change = 0.0;
        (ErrorSlope, Errors) = (0, 0);
        for (var b = _batches.Length - 1; b >= 0; b--)
        {
            var (batch, projection) = (_batches[b], new Projection(this, _batches[b]));
            var size = batch.Offsets.Length;
            if (OrderFactor.Of(batch.Pairs, size, batch.Noise) is not var (oldPrecision, oldShift) || projection.Without(oldPrecision, oldShift) is not var (mean, covariance))
            {
                continue;
            }

            var (pairs, changed, slope) = OrderFactor.Fit(batch.Pairs, mean, covariance, noises[b], Passes);
            if (OrderFactor.Of(pairs, size, noises[b]) is not var (precision, shift))
            {
                continue;
            }

            change = Math.Max(change, changed);
            (ErrorSlope, Errors) = (ErrorSlope + slope, Errors + size);
            TensorPrimitives.Subtract(precision, oldPrecision, oldPrecision);
            TensorPrimitives.Subtract(shift, oldShift, oldShift);
            if (Include(projection, oldPrecision, oldShift))
            {
                _batches[b] = batch with { Pairs = pairs, Noise = noises[b] };
            }
        }

        return change;
    }

    // The law before any batch: (I/s² + Λ)⁻¹ where earlier answers say something, s² I elsewhere.
    private void Include(AnswerSummary earlier)
    {
        var count = earlier.Shift.Length;
        if (count == 0)
        {
            return;
        }

        var matrix = new double[count * count];
        TensorPrimitives.Multiply(earlier.Precision, _scale * _scale, matrix);
        OrderFactor.AddIdentity(matrix, count);
        if (SquareMatrices.Inverse(matrix, count) is not { } inverse)
        {
            return;
        }

        OrderFactor.Symmetrise(inverse, count);
        for (var i = 0; i < count; i++)
        {
            TensorPrimitives.Multiply(inverse.AsSpan(i * count, count), _scale * _scale, _covariance.AsSpan(i * _size, count));
            _mean[i] = Reduce.Dot(_covariance.AsSpan(i * _size, count), earlier.Shift);
        }
    }

    // Multiplies the law by exp(-vᵀΛv/2 + hᵀv), v the values of a batch.
    private bool Include(Projection projection, double[] precision, double[] shift)
    {
        var size = shift.Length;
        var gain = SquareMatrices.Multiply(precision, projection.Covariance, size);
        OrderFactor.AddIdentity(gain, size);
        if (SquareMatrices.Inverse(gain, size) is not { } inverse)
        {
            return false;
        }

        var (pull, weights) = (new double[size], new double[size]);
        SquareMatrices.Apply(precision, projection.Mean, pull);
        TensorPrimitives.Subtract(shift, pull, pull);
        SquareMatrices.Apply(inverse, pull, weights);
        var shrink = SquareMatrices.Multiply(inverse, precision, size);
        OrderFactor.Symmetrise(shrink, size);
        if (Array.Exists(weights, weight => !double.IsFinite(weight)) || Array.Exists(shrink, entry => !double.IsFinite(entry)))
        {
            return false;
        }

        // v falls along δ: mean -= Σδᵀw and Σ -= (Σδᵀ) shrink (δΣ).
        var rows = new double[size][];
        for (var i = 0; i < size; i++)
        {
            TensorPrimitives.MultiplyAdd(projection.Along[i], -weights[i], _mean, _mean);
            rows[i] = new double[_size];
            for (var j = 0; j < size; j++)
            {
                TensorPrimitives.MultiplyAdd(projection.Along[j], shrink[(i * size) + j], rows[i], rows[i]);
            }
        }

        for (var k = 0; k < _size; k++)
        {
            var target = _covariance.AsSpan(k * _size, _size);
            for (var i = 0; i < size; i++)
            {
                TensorPrimitives.MultiplyAdd(rows[i], -projection.Along[i][k], target, target);
            }
        }

        return true;
    }

    // The law of a batch's values, with Σδᵀ.
    private readonly struct Projection
    {
        public Projection(IdealPosterior posterior, JudgedBatch batch)
        {
            var (size, count) = (batch.Offsets.Length, posterior._size);
            (Along, Mean, Covariance) = (new double[size][], batch.Values(posterior._mean), new double[size * size]);
            for (var i = 0; i < size; i++)
            {
                Along[i] = new double[count];
            }

            for (var k = 0; k < batch.Centre.Length; k++)
            {
                var row = posterior._covariance.AsSpan(k * count, count);
                for (var i = 0; i < size; i++)
                {
                    if (batch.Deviations[i][k] is var entry and not 0)
                    {
                        TensorPrimitives.MultiplyAdd(row, entry, Along[i], Along[i]);
                    }
                }
            }

            for (var i = 0; i < size; i++)
            {
                for (var j = 0; j <= i; j++)
                {
                    Covariance[(i * size) + j] = Covariance[(j * size) + i] = Reduce.Dot(batch.Deviations[i], Along[j].AsSpan(0, batch.Centre.Length));
                }
            }
        }

        public double[][] Along { get; }

        public double[] Mean { get; }

        public double[] Covariance { get; }

        // Mean and covariance without a factor: (I - CΛ)⁻¹ (m - Ch) and (I - CΛ)⁻¹ C; null where rounding makes no law of it.
        public (double[] Mean, double[] Covariance)? Without(double[] precision, double[] shift)
        {
            var size = shift.Length;
            var rest = SquareMatrices.Multiply(Covariance, precision, size);
            TensorPrimitives.Negate(rest, rest);
            OrderFactor.AddIdentity(rest, size);
            if (SquareMatrices.Inverse(rest, size) is not { } inverse)
            {
                return null;
            }

            var (pulled, mean) = (new double[size], new double[size]);
            SquareMatrices.Apply(Covariance, shift, pulled);
            TensorPrimitives.Subtract(Mean, pulled, pulled);
            SquareMatrices.Apply(inverse, pulled, mean);
            var covariance = SquareMatrices.Multiply(inverse, Covariance, size);
            OrderFactor.Symmetrise(covariance, size);
            for (var i = 0; i < size; i++)
            {
                if (!(covariance[(i * size) + i] >= 0) || !double.IsFinite(mean[i]))
                {
                    return null;
                }
            }

            return (mean, covariance);
        }
    }
}
