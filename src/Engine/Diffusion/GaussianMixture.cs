using System.Collections.Immutable;
using Ranking.Engine.Schedulers;

namespace Ranking.Engine.Diffusion;

/// <summary>
/// A mixture of Gaussians seen through noise: x = signal·clean + noise·standard normal is again a mixture, so density,
/// score and the best possible answers of a diffusion network are known in closed form. With it every sampler and every
/// guidance can be studied without a network.
/// </summary>
public sealed class GaussianMixture
{
    private const int MostComponents = 64;

    private readonly Component[] _components;

    /// <summary>Makes a mixture.</summary>
    /// <param name="weights">The components' weights; scaled to sum to 1.</param>
    /// <param name="means">Their means.</param>
    /// <param name="covariances">Their covariance matrices, row-major, symmetric and positive definite.</param>
    /// <exception cref="ArgumentException">There are none or too many, sizes differ, or a matrix is not positive definite.</exception>
    public GaussianMixture(IReadOnlyList<double> weights, IReadOnlyList<double[]> means, IReadOnlyList<double[]> covariances)
    {
        if (weights.Count is 0 or > MostComponents || means.Count != weights.Count || covariances.Count != weights.Count)
        {
            throw new ArgumentException($"A mixture has 1 to {MostComponents} components, each with a weight, a mean and a covariance.", nameof(weights));
        }

        Dimension = means[0].Length;
        var total = weights.Sum();
        _components = new Component[weights.Count];
        for (var k = 0; k < _components.Length; k++)
        {
            if (means[k].Length != Dimension || covariances[k].Length != Dimension * Dimension)
            {
                throw new ArgumentException("All components must have the same dimension.", nameof(means));
            }

            var (values, axes) = SymmetricEigen.Of([.. covariances[k]], Dimension);
            if (!(values.Min() > 0))
            {
                throw new ArgumentException("Covariances must be positive definite.", nameof(covariances));
            }

            _components[k] = new Component(Math.Log(weights[k] / total), [.. means[k]], values, axes);
        }
    }

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>How many components.</summary>
    public int Count => _components.Length;

    /// <summary>The mean of a component.</summary>
    public ImmutableArray<double> Mean(int component) => [.. _components[component].Mean];

    /// <summary>One component as a mixture of its own.</summary>
    public GaussianMixture Only(int component) => new([_components[component] with { LogWeight = 0 }], Dimension);

    /// <summary>The logarithm of the density of noisy points.</summary>
    public double LogDensity(ReadOnlySpan<double> x, NoiseLevel at)
    {
        Span<double> shares = stackalloc double[Count];
        return Posterior(x, at, shares);
    }

    /// <summary>The gradient of <see cref="LogDensity"/>.</summary>
    public void Score(ReadOnlySpan<double> x, NoiseLevel at, Span<double> score) =>
        Combine(x, at, score, static (z, value, variance, _) => -z / variance, withMeans: false);

    /// <summary>The mean of the noise that may be in a noisy point: the best answer of a network that predicts noise.</summary>
    public void Noise(ReadOnlySpan<double> x, NoiseLevel at, Span<double> noise) =>
        Combine(x, at, noise, static (z, value, variance, level) => level.Noise * z / variance, withMeans: false);

    /// <summary>The mean of the clean points that may be behind a noisy one.</summary>
    public void Clean(ReadOnlySpan<double> x, NoiseLevel at, Span<double> clean) =>
        Combine(x, at, clean, static (z, value, variance, level) => level.Signal * value * z / variance, withMeans: true);

    /// <summary>The probability of each component given a noisy point.</summary>
    /// <returns>The logarithm of the density.</returns>
    public double Posterior(ReadOnlySpan<double> x, NoiseLevel at, Span<double> shares)
    {
        for (var k = 0; k < Count; k++)
        {
            shares[k] = _components[k].LogDensity(x, at);
        }

        var highest = double.NegativeInfinity;
        foreach (var share in shares[..Count])
        {
            highest = Math.Max(highest, share);
        }

        var total = 0.0;
        for (var k = 0; k < Count; k++)
        {
            total += shares[k] = Math.Exp(shares[k] - highest);
        }

        for (var k = 0; k < Count; k++)
        {
            shares[k] /= total;
        }

        return highest + Math.Log(total);
    }

    /// <summary>Draws clean points.</summary>
    /// <param name="noise">Where chance comes from.</param>
    /// <param name="candidate">Whose chance.</param>
    /// <param name="point">Receives the point.</param>
    public void Draw(Noise noise, int candidate, Span<double> point)
    {
        var (chance, k) = (noise.Uniform(candidate, 0), 0);
        while (k < Count - 1 && (chance -= Math.Exp(_components[k].LogWeight)) > 0)
        {
            k++;
        }

        noise.Normal(candidate, point);
        _components[k].Shape(point);
    }

    private GaussianMixture(Component[] components, int dimension) => (_components, Dimension) = (components, dimension);

    // Σₖ shareₖ·(meanₖ + Σⱼ f(zⱼ)·axisⱼ), with z the offset from the noisy mean along the component's axes.
    private void Combine(ReadOnlySpan<double> x, NoiseLevel at, Span<double> result, Func<double, double, double, NoiseLevel, double> along, bool withMeans)
    {
        Span<double> shares = stackalloc double[Count];
        Posterior(x, at, shares);
        result.Clear();
        for (var k = 0; k < Count; k++)
        {
            if (shares[k] > 0)
            {
                _components[k].Add(x, at, shares[k], along, withMeans, result);
            }
        }
    }

    // Axes are the eigenvectors of the covariance, as rows.
    private sealed record Component(double LogWeight, double[] Mean, double[] Values, double[] Axes)
    {
        private readonly double _logTwoPi = Mean.Length * Math.Log(2 * Math.PI);

        public double LogDensity(ReadOnlySpan<double> x, NoiseLevel at)
        {
            var sum = 0.0;
            for (var j = 0; j < Values.Length; j++)
            {
                var (z, variance) = (Offset(j, x, at), Variance(j, at));
                sum += (z * z / variance) + Math.Log(variance);
            }

            return LogWeight - (0.5 * (sum + _logTwoPi));
        }

        public void Add(ReadOnlySpan<double> x, NoiseLevel at, double share, Func<double, double, double, NoiseLevel, double> along, bool withMean, Span<double> result)
        {
            for (var i = 0; withMean && i < result.Length; i++)
            {
                result[i] += share * Mean[i];
            }

            for (var j = 0; j < Values.Length; j++)
            {
                var length = share * along(Offset(j, x, at), Values[j], Variance(j, at), at);
                for (var i = 0; i < result.Length; i++)
                {
                    result[i] += length * Axes[(j * result.Length) + i];
                }
            }
        }

        // Turns standard normal numbers into a point of the component.
        public void Shape(Span<double> point)
        {
            Span<double> shaped = new double[point.Length];
            for (var j = 0; j < Values.Length; j++)
            {
                for (var i = 0; i < point.Length; i++)
                {
                    shaped[i] += Math.Sqrt(Values[j]) * point[j] * Axes[(j * point.Length) + i];
                }
            }

            for (var i = 0; i < point.Length; i++)
            {
                point[i] = Mean[i] + shaped[i];
            }
        }

        private double Offset(int j, ReadOnlySpan<double> x, NoiseLevel at)
        {
            var sum = 0.0;
            for (var i = 0; i < x.Length; i++)
            {
                sum += Axes[(j * x.Length) + i] * (x[i] - (at.Signal * Mean[i]));
            }

            return sum;
        }

        private double Variance(int j, NoiseLevel at) => (at.Signal * at.Signal * Values[j]) + (at.Noise * at.Noise);
    }
}
