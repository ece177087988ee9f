namespace Ranking.Engine.Optimizers;

/// <summary>
/// The points of a pool as a Gaussian process sees them, picked one after the other: each pick is taken to come out as
/// expected, so that means stay and deviations near it shrink.
/// </summary>
internal sealed class PoolChoice
{
    // As a candidate, draws from the posterior are beyond all those of the pool.
    private const int Draws = 1 << 20;

    private readonly GaussianProcess _process;
    private readonly double[] _pool;
    private readonly int _dimension;
    private readonly int _stride;
    private readonly double _noise;
    private readonly double[] _halves;
    private readonly double[] _means;
    private readonly double[] _deviations;
    private readonly bool[] _picked;
    private double[]? _factor;
    private int _known;

    /// <summary>A pool of <paramref name="count"/> points of which <paramref name="picks"/> will be picked.</summary>
    public PoolChoice(GaussianProcess process, double[] pool, int count, int picks, double noise)
    {
        (_process, _pool, _dimension, _noise) = (process, pool, pool.Length / count, noise);
        (_stride, _known) = (process.Count + picks, process.Count);
        (_halves, _means, _deviations, _picked) = (new double[count * _stride], new double[count], new double[count], new bool[count]);
        for (var i = 0; i < count; i++)
        {
            (_means[i], _deviations[i]) = process.At(Point(i), _halves.AsSpan(i * _stride, process.Count));
        }
    }

    /// <summary>The next point, which is then taken as known.</summary>
    /// <param name="settings">The acquisition rule.</param>
    /// <param name="best">The lowest value so far.</param>
    /// <param name="noise">Chance for draws from the posterior.</param>
    /// <param name="turn">The number of the pick.</param>
    public ReadOnlySpan<double> Next(GpBo.Settings settings, double best, Noise noise, int turn)
    {
        var draw = settings.Acquisition switch
        {
            GpBo.Rule.Thompson => Draw(noise, turn),
            GpBo.Rule.MaxValueEntropy => MaxValueEntropy.Minima(_means, [.. _deviations.Select(deviation => _process.Scale * deviation)], best, position => noise.Uniform(Draws + turn, position)),
            _ => [],
        };
        var (pick, most) = (-1, double.NegativeInfinity);
        for (var i = 0; i < _means.Length; i++)
        {
            var deviation = _process.Scale * _deviations[i];
            var promise = settings.Acquisition switch
            {
                GpBo.Rule.ExpectedImprovement => GpBo.ExpectedImprovement(best, _means[i], deviation),
                GpBo.Rule.ConfidenceBound => (settings.Boldness * deviation) - _means[i],
                GpBo.Rule.MaxValueEntropy => MaxValueEntropy.Gain(_means[i], deviation, draw),
                _ => -draw[i],
            };
            if (!_picked[i] && (promise > most || pick < 0))
            {
                (pick, most) = (i, promise);
            }
        }

        Learn(pick);
        return Point(pick);
    }

    // One more row of the factor: (k(x, p) - v·v_p)/l for every point x of the pool.
    private void Learn(int pick)
    {
        _picked[pick] = true;
        var half = Half(pick).ToArray();
        var point = Point(pick);
        var pivot = Math.Sqrt(Math.Max((_deviations[pick] * _deviations[pick]) + _noise, 1e-12));
        for (var i = 0; i < _means.Length; i++)
        {
            var entry = (_process.Covariance(Point(i), point) - Reduce.Dot(Half(i), half)) / pivot;
            _halves[(i * _stride) + _known] = entry;
            _deviations[i] = Math.Sqrt(Math.Max(0, (_deviations[i] * _deviations[i]) - (entry * entry)));
        }

        _known++;
    }

    // A joint draw of all values of the pool before any was picked.
    private double[] Draw(Noise noise, int turn)
    {
        var count = _means.Length;
        _factor ??= Factor();
        var (normal, draw) = (new double[count], new double[count]);
        noise.Normal(Draws + turn, normal);
        for (var i = 0; i < count; i++)
        {
            draw[i] = _means[i] + (_process.Scale * Reduce.Dot(_factor.AsSpan(i * count, i + 1), normal.AsSpan(0, i + 1)));
        }

        return draw;
    }

    private double[] Factor()
    {
        var count = _means.Length;
        var covariance = new double[count * count];
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                covariance[(i * count) + j] = _process.Covariance(Point(i), Point(j)) - Reduce.Dot(Half(i), Half(j));
            }
        }

        return Cholesky.Raised(covariance, count, 1e-8).Factor;
    }

    private ReadOnlySpan<double> Point(int i) => _pool.AsSpan(i * _dimension, _dimension);

    private ReadOnlySpan<double> Half(int i) => _halves.AsSpan(i * _stride, _known);
}
