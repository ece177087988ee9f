using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>What a judge said of two points.</summary>
/// <param name="Better">The preferred point's place among the points.</param>
/// <param name="Worse">The other point's place.</param>
/// <param name="Tie">Whether both were said to be equally good.</param>
public readonly record struct PreferencePair(int Better, int Worse, bool Tie);

/// <summary>
/// A Gaussian process over how much points are liked, learned from pairs by Laplace's approximation (Chu, Ghahramani:
/// Preference Learning with Gaussian Processes, 2005). P(a beats b) = Φ((fₐ - f_b - ε)/(√2 σ)), and with ε above 0 a
/// tie has the rest of the probability (Glenn, David: Ties in paired-comparison experiments, 1960). Covariance
/// s² exp(-|a - b|²/(2ℓ²)). With K = L Lᵀ and f = L v the mode is found in v, whose prior is N(0, I), by Newton's method.
/// </summary>
public sealed class PreferenceProcess
{
    private const int MostSteps = 40;
    private const int MostHalvings = 30;
    private readonly double[][] _points;
    private readonly Kernel _kernel;
    private readonly int _count;
    private readonly double[] _factor;
    private readonly double[] _weights;
    private readonly double[] _inner;

    private PreferenceProcess(double[][] points, Kernel kernel, double[] factor, double[] mode, double[] weights, double[] inner, double likelihood)
    {
        (_points, _kernel, _count, _factor, _weights, _inner) = (points, kernel, points.Length, factor, weights, inner);
        (Mode, LogLikelihood) = (mode, likelihood);
    }

    /// <summary>The covariance function and the judge.</summary>
    /// <param name="Length">ℓ.</param>
    /// <param name="Variance">s².</param>
    /// <param name="Noise">σ, the judge's error at one point.</param>
    /// <param name="Tie">ε, how close two values tie.</param>
    /// <param name="Jitter">What is added to K's diagonal.</param>
    public sealed record Kernel(double Length, double Variance, double Noise, double Tie, double Jitter)
    {
        /// <summary>The covariance of the values at two points.</summary>
        public double Of(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
        {
            var distance = Reduce.Distance(a, b) / Length;
            return Variance * Exponential.Of(-distance * distance / 2);
        }
    }

    /// <summary>The most probable values at the points.</summary>
    public double[] Mode { get; }

    /// <summary>ln P of the pairs at the mode.</summary>
    public double LogLikelihood { get; }

    /// <summary>Learns from pairs.</summary>
    public static PreferenceProcess Fit(double[][] points, PreferencePair[] pairs, Kernel kernel)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(kernel);
        var count = points.Length;
        var factor = Factor(points, ref kernel);
        var (whitened, mode, inner) = (new double[count], new double[count], new double[count * count]);
        var (gradient, step, next, nextMode) = (new double[count], new double[count], new double[count], new double[count]);
        var likelihood = Likelihood(pairs, mode, kernel);
        for (var iteration = 0; iteration < MostSteps; iteration++)
        {
            Curvature(pairs, mode, kernel, factor, count, gradient, inner);
            TensorPrimitives.Subtract(gradient, whitened, step);
            Cholesky.TryFactor(inner, count, count);
            Cholesky.Solve(inner, count, count, step);
            var (before, scale, better) = (likelihood - (Reduce.SumOfSquares(whitened) / 2), 1.0, false);
            for (var halving = 0; halving < MostHalvings && !better; halving++, scale /= 2)
            {
                TensorPrimitives.MultiplyAdd(step, scale, whitened, next);
                Values(factor, count, next, nextMode);
                likelihood = Likelihood(pairs, nextMode, kernel);
                better = likelihood - (Reduce.SumOfSquares(next) / 2) >= before - 1e-14;
            }

            next.CopyTo(whitened, 0);
            nextMode.CopyTo(mode, 0);
            if (Reduce.SumOfSquares(step) <= 1e-16 * (1 + Reduce.SumOfSquares(whitened)))
            {
                break;
            }
        }

        Curvature(pairs, mode, kernel, factor, count, gradient, inner);
        Cholesky.TryFactor(inner, count, count);
        var weights = whitened.AsSpan().ToArray();
        Cholesky.Backward(factor, count, count, weights);
        return new PreferenceProcess(points, kernel, factor, mode, weights, inner, likelihood);
    }

    /// <summary>The posterior mean at a point.</summary>
    public double Mean(ReadOnlySpan<double> point)
    {
        var mean = 0.0;
        for (var i = 0; i < _count; i++)
        {
            mean += _kernel.Of(point, _points[i]) * _weights[i];
        }

        return mean;
    }

    /// <summary>The posterior at several points: means, and covariances row by row.</summary>
    public (double[] Mean, double[] Covariance) At(double[][] points)
    {
        ArgumentNullException.ThrowIfNull(points);
        var (count, means) = (points.Length, new double[points.Length]);
        var (prior, learned) = (new double[count][], new double[count][]);
        for (var i = 0; i < count; i++)
        {
            prior[i] = new double[_count];
            for (var j = 0; j < _count; j++)
            {
                prior[i][j] = _kernel.Of(points[i], _points[j]);
            }

            // k** - aᵀa + aᵀM⁻¹a with a = L⁻¹k* and M = I + LᵀWL.
            means[i] = Reduce.Dot(prior[i], _weights);
            Cholesky.Forward(_factor, _count, _count, prior[i]);
            learned[i] = prior[i].AsSpan().ToArray();
            Cholesky.Forward(_inner, _count, _count, learned[i]);
        }

        var covariance = new double[count * count];
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var entry = _kernel.Of(points[i], points[j]) - Reduce.Dot(prior[i], prior[j]) + Reduce.Dot(learned[i], learned[j]);
                (covariance[(i * count) + j], covariance[(j * count) + i]) = (entry, entry);
            }
        }

        return (means, covariance);
    }

    /// <summary>
    /// The expected utility of the better of two options, E max(f₁, f₂) (Lin et al.: Preference Exploration for
    /// Efficient Bayesian Optimization with Multiple Outcomes, 2022).
    /// </summary>
    /// <param name="first">The mean of f₁.</param>
    /// <param name="second">The mean of f₂.</param>
    /// <param name="deviation">The standard deviation of f₁ - f₂.</param>
    public static double BestOfTwo(double first, double second, double deviation)
    {
        var difference = first - second;
        return deviation > 0
            ? second + (difference * NormalDistribution.Cumulative(difference / deviation)) + (deviation * NormalDistribution.Density(difference / deviation))
            : Math.Max(first, second);
    }

    // L of K; jitter is raised until K is positive definite to working precision.
    private static double[] Factor(double[][] points, ref Kernel kernel)
    {
        var count = points.Length;
        var covariance = new double[count * count];
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                covariance[(i * count) + j] = kernel.Of(points[i], points[j]);
            }
        }

        var (factor, jitter) = Cholesky.Raised(covariance, count, kernel.Jitter);
        kernel = kernel with { Jitter = jitter };
        return factor;
    }

    private static void Values(double[] factor, int count, ReadOnlySpan<double> whitened, Span<double> values)
    {
        for (var i = 0; i < count; i++)
        {
            values[i] = Reduce.Dot(factor.AsSpan(i * count, i + 1), whitened[..(i + 1)]);
        }
    }

    private static double Likelihood(PreferencePair[] pairs, double[] values, Kernel kernel)
    {
        var sum = 0.0;
        foreach (var pair in pairs)
        {
            sum += Terms(pair.Tie, values[pair.Better] - values[pair.Worse], kernel).Log;
        }

        return sum;
    }

    // Lᵀ∇ and I + LᵀWL of the pairs' log likelihood.
    private static void Curvature(PreferencePair[] pairs, double[] values, Kernel kernel, double[] factor, int count, Span<double> gradient, double[] inner)
    {
        gradient.Clear();
        Array.Clear(inner);
        for (var i = 0; i < count; i++)
        {
            inner[(i * count) + i] = 1;
        }

        var difference = new double[count];
        foreach (var pair in pairs)
        {
            var (_, slope, bend) = Terms(pair.Tie, values[pair.Better] - values[pair.Worse], kernel);
            var longest = Math.Max(pair.Better, pair.Worse) + 1;
            var row = difference.AsSpan(0, longest);
            row.Clear();
            factor.AsSpan(pair.Better * count, pair.Better + 1).CopyTo(row);
            TensorPrimitives.Subtract(row[..(pair.Worse + 1)], factor.AsSpan(pair.Worse * count, pair.Worse + 1), row[..(pair.Worse + 1)]);
            TensorPrimitives.MultiplyAdd(row, slope, gradient[..longest], gradient[..longest]);
            for (var i = 0; i < longest; i++)
            {
                var target = inner.AsSpan(i * count, i + 1);
                TensorPrimitives.MultiplyAdd(row[..(i + 1)], bend * row[i], target, target);
            }
        }
    }

    // ln P of a pair with the value difference Δ, its derivative, and minus its second derivative, never below 0.
    private static (double Log, double Slope, double Bend) Terms(bool tie, double difference, Kernel kernel)
    {
        var unit = Math.Sqrt(2) * kernel.Noise;
        if (!tie)
        {
            var z = (difference - kernel.Tie) / unit;
            var (log, ratio) = NormalDistribution.Tail(z);
            return (log, ratio / unit, Math.Max(0, ratio * (z + ratio)) / (unit * unit));
        }

        // By symmetry both ends can be taken from the left tail, where small probabilities keep their digits.
        var (size, sign) = (Math.Min(Math.Abs(difference), kernel.Tie + (30 * unit)), Math.Sign(difference));
        var (upper, lower) = ((kernel.Tie - size) / unit, (-kernel.Tie - size) / unit);
        var inside = Math.Max(NormalDistribution.Cumulative(upper) - NormalDistribution.Cumulative(lower), 1e-300);
        var (high, low) = (NormalDistribution.Density(upper), NormalDistribution.Density(lower));
        var slope = (low - high) / inside;
        var bend = (((upper * high) - (lower * low)) / inside) + (slope * slope);
        return (NormalQuantile.Log(inside), sign * slope / unit, Math.Max(0, bend) / (unit * unit));
    }
}
