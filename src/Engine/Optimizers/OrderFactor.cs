using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>One comparison of two candidates, and the Gaussian factor of their difference (loser less winner) that stands for it.</summary>
/// <param name="Winner">The better one's place in its batch.</param>
/// <param name="Loser">The worse one's place in its batch.</param>
/// <param name="Precision">The factor's precision.</param>
/// <param name="Shift">The factor's precision times its mean.</param>
public sealed record OrderedPair(int Winner, int Loser, double Precision, double Shift);

/// <summary>
/// What an order of m candidates says about their values v. The judge orders u = v + e with independent normal errors e
/// exactly, so a candidate's error enters all its comparisons, and neighbours in a ranking imply the rest of it. One
/// Gaussian factor for each pair of neighbours, by expectation propagation, and from these one for v.
/// </summary>
public static class OrderFactor
{
    /// <summary>The Gaussian factor exp(-vᵀΛv/2 + hᵀv) that the pairs stand for; null when it cannot be computed.</summary>
    /// <param name="pairs">The pairs of u.</param>
    /// <param name="size">m.</param>
    /// <param name="noise">The errors' standard deviation.</param>
    public static (double[] Precision, double[] Shift)? Of(OrderedPair[] pairs, int size, double noise)
    {
        var (precision, shift) = (new double[size * size], new double[size]);
        foreach (var (winner, loser, weight, pull) in pairs)
        {
            precision[(winner * size) + winner] += weight;
            precision[(loser * size) + loser] += weight;
            precision[(winner * size) + loser] -= weight;
            precision[(loser * size) + winner] -= weight;
            shift[loser] += pull;
            shift[winner] -= pull;
        }

        // Without the errors: Λᵥ = (I + σ²Λᵤ)⁻¹ Λᵤ and hᵥ = (I + σ²Λᵤ)⁻¹ hᵤ.
        var blunting = (double[])precision.Clone();
        TensorPrimitives.Multiply(blunting, noise * noise, blunting);
        AddIdentity(blunting, size);
        if (SquareMatrices.Inverse(blunting, size) is not { } inverse)
        {
            return null;
        }

        var (sharp, pulls) = (SquareMatrices.Multiply(inverse, precision, size), new double[size]);
        Symmetrise(sharp, size);
        SquareMatrices.Apply(inverse, shift, pulls);
        return (sharp, pulls);
    }

    /// <summary>Fits the pairs' factors to a normal law of v without them.</summary>
    /// <param name="pairs">The pairs with their last factors.</param>
    /// <param name="mean">The law's mean; overwritten.</param>
    /// <param name="covariance">The law's covariance; overwritten.</param>
    /// <param name="noise">The errors' standard deviation.</param>
    /// <param name="passes">How often every pair is visited.</param>
    /// <returns>
    /// The pairs; the largest change of a factor in units of its variance; and the derivative of the order's
    /// log-probability by the logarithm of the errors' standard deviation, E|e|²/σ² - m.
    /// </returns>
    public static (OrderedPair[] Pairs, double Change, double Slope) Fit(OrderedPair[] pairs, double[] mean, double[] covariance, double noise, int passes)
    {
        var (size, fitted, change) = (mean.Length, (OrderedPair[])pairs.Clone(), 0.0);
        var along = new double[size];
        var errors = new ErrorShare(mean, covariance, noise);
        for (var i = 0; i < size; i++)
        {
            covariance[(i * size) + i] += noise * noise;
        }

        foreach (var pair in fitted)
        {
            Include(pair, pair.Precision, pair.Shift, mean, covariance, along);
        }

        for (var pass = 0; pass < passes; pass++)
        {
            for (var k = 0; k < fitted.Length; k++)
            {
                var pair = fitted[k];
                var variance = Variance(pair, covariance, size);
                var rest = 1 - (pair.Precision * variance);
                if (!(variance > 1e-290) || !(rest > 1e-9))
                {
                    continue;
                }

                // Mean and variance of the cavity's law of the difference, cut at 0.
                var (cavityMean, cavityVariance) = ((mean[pair.Loser] - mean[pair.Winner] - (pair.Shift * variance)) / rest, variance / rest);
                var deviation = Math.Sqrt(cavityVariance);
                var (_, ratio) = NormalDistribution.Tail(cavityMean / deviation);
                var tiltedVariance = cavityVariance * (1 - Math.Clamp(ratio * ((cavityMean / deviation) + ratio), 0, 1 - 1e-10));
                var precision = Math.Max(0, (1 / tiltedVariance) - (1 / cavityVariance));
                var shift = ((cavityMean + (deviation * ratio)) / tiltedVariance) - (cavityMean / cavityVariance);
                if (!double.IsFinite(precision) || !double.IsFinite(shift))
                {
                    continue;
                }

                change = Math.Max(change, Math.Abs(precision - pair.Precision) * variance);
                Include(pair, precision - pair.Precision, shift - pair.Shift, mean, covariance, along);
                fitted[k] = pair with { Precision = precision, Shift = shift };
            }
        }

        return (fitted, change, errors.Slope(mean, covariance));
    }

    /// <summary>Adds 1 on the diagonal.</summary>
    public static void AddIdentity(double[] matrix, int size)
    {
        for (var i = 0; i < size; i++)
        {
            matrix[(i * size) + i] += 1;
        }
    }

    /// <summary>Takes the mean of a matrix and its transpose, which rounding has made differ.</summary>
    public static void Symmetrise(double[] matrix, int size)
    {
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < i; j++)
            {
                matrix[(i * size) + j] = matrix[(j * size) + i] = (matrix[(i * size) + j] + matrix[(j * size) + i]) / 2;
            }
        }
    }

    private static double Variance(OrderedPair pair, double[] covariance, int size) =>
        covariance[(pair.Loser * size) + pair.Loser] + covariance[(pair.Winner * size) + pair.Winner] - (2 * covariance[(pair.Loser * size) + pair.Winner]);

    private static void Include(OrderedPair pair, double precision, double shift, double[] mean, double[] covariance, double[] along)
    {
        var size = mean.Length;
        TensorPrimitives.Subtract(covariance.AsSpan(pair.Loser * size, size), covariance.AsSpan(pair.Winner * size, size), along);
        var denominator = 1 + (precision * (along[pair.Loser] - along[pair.Winner]));
        if (!(denominator > 1e-12))
        {
            return;
        }

        TensorPrimitives.MultiplyAdd(along, (shift - (precision * (mean[pair.Loser] - mean[pair.Winner]))) / denominator, mean, mean);
        for (var i = 0; i < size; i++)
        {
            var row = covariance.AsSpan(i * size, size);
            TensorPrimitives.MultiplyAdd(along, -along[i] * precision / denominator, row, row);
        }
    }

    // How much of u is error: e = Ku with K = σ²(C + σ²I)⁻¹, up to what u leaves open of it.
    private readonly struct ErrorShare
    {
        private readonly double[] _mean;
        private readonly double[]? _share;
        private readonly double _variance;

        // From the law of v before the order is known.
        public ErrorShare(double[] mean, double[] covariance, double noise)
        {
            var size = mean.Length;
            _variance = noise * noise;
            _mean = (double[])mean.Clone();
            var sum = new double[covariance.Length];
            TensorPrimitives.Divide(covariance, _variance, sum);
            AddIdentity(sum, size);
            _share = SquareMatrices.Inverse(sum, size);
        }

        // With the law of u once the order is known: |K(mean - m)|² + tr(K Σ Kᵀ) + σ² tr(I - K), over σ², less m.
        public double Slope(double[] mean, double[] covariance)
        {
            if (_share is null)
            {
                return 0;
            }

            var size = mean.Length;
            var (moved, error) = (new double[size], new double[size]);
            TensorPrimitives.Subtract(mean, _mean, moved);
            SquareMatrices.Apply(_share, moved, error);
            var spread = SquareMatrices.Multiply(SquareMatrices.Multiply(_share, covariance, size), _share, size);
            var sum = Reduce.SumOfSquares(error);
            var open = 0.0;
            for (var i = 0; i < size; i++)
            {
                sum += spread[(i * size) + i];
                open += _share[(i * size) + i];
            }

            var slope = (sum / _variance) - open;
            return double.IsFinite(slope) ? slope : 0;
        }
    }
}
