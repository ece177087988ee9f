using System.Numerics.Tensors;
using Ranking.Engine;
using Ranking.Engine.Optimizers;

namespace Ranking.Benchmarks;

/// <summary>
/// What the answers of a run say about a quadratic objective u(z) = Σ λᵢ zᵢ²/2 - Σ bᵢ zᵢ around the start, bᵢ = λᵢ xᵢ, without
/// the normal approximation of <c>ideal-point</c>: Hamiltonian Monte Carlo (Neal, Handbook of Markov Chain Monte Carlo,
/// 2011, chapter 5; step size by dual averaging, Hoffman, Gelman, JMLR 15, 2014, section 3.2) over x ~ N(0, s² I) and
/// ln λ ~ N(0, ω² I). Neighbours in an order are compared with independent normal errors.
/// </summary>
internal sealed class ExactPosterior
{
    private const double Accepted = 0.75;
    private const int LeastSteps = 10;
    private const int MoreSteps = 30;
    private readonly JudgedPoints[] _batches;
    private readonly int _dimension;
    private readonly double _scale;
    private readonly double _deviation;
    private readonly double[] _curvatures;
    private readonly double[] _pulls;
    private readonly double[] _byCurvature;
    private readonly double[] _byPull;

    /// <summary>The posterior of what was judged.</summary>
    /// <param name="batches">What was judged.</param>
    /// <param name="dimension">d.</param>
    /// <param name="scale">s.</param>
    /// <param name="deviation">ω; with 0 all curvatures are 1.</param>
    public ExactPosterior(JudgedPoints[] batches, int dimension, double scale, double deviation)
    {
        (_batches, _dimension, _scale, _deviation) = (batches, dimension, scale, deviation);
        (_curvatures, _pulls, _byCurvature, _byPull) = (new double[dimension], new double[dimension], new double[dimension], new double[dimension]);
    }

    /// <summary>The minimum of the expected objective, E b/E λ, from the start, and E ln λ.</summary>
    /// <param name="seed">What the draws are keyed by.</param>
    /// <param name="warmUp">Draws that find the step size.</param>
    /// <param name="kept">Draws that count.</param>
    public (double[] Minimum, double[] LogCurvature) Sample(ulong seed, int warmUp, int kept)
    {
        var (place, slope) = (new double[2 * _dimension], new double[2 * _dimension]);
        var (pulls, curvatures, logs) = (new double[_dimension], new double[_dimension], new double[_dimension]);
        var (step, longest, lag) = (0.02, Math.Log(0.02), 0.0);
        var energy = Energy(place, slope);
        for (var draw = 0; draw < warmUp + kept; draw++)
        {
            var noise = Noise.Philox(seed, Purpose.Oracle, (uint)draw);
            var (momentum, next, nextSlope) = (new double[place.Length], (double[])place.Clone(), (double[])slope.Clone());
            noise.Normal(0, momentum);
            var before = energy + (Reduce.SumOfSquares(momentum) / 2);
            var after = 0.0;
            for (var left = LeastSteps + (int)(MoreSteps * noise.Uniform(1, 0)); left > 0; left--)
            {
                TensorPrimitives.MultiplyAdd(nextSlope, -step / 2, momentum, momentum);
                TensorPrimitives.MultiplyAdd(momentum, step, next, next);
                after = Energy(next, nextSlope);
                TensorPrimitives.MultiplyAdd(nextSlope, -step / 2, momentum, momentum);
            }

            var chance = Math.Exp(before - after - (Reduce.SumOfSquares(momentum) / 2));
            chance = double.IsNaN(chance) ? 0 : Math.Min(chance, 1);
            if (noise.Uniform(1, 1) < chance)
            {
                (place, slope, energy) = (next, nextSlope, after);
            }

            if (draw < warmUp)
            {
                var count = draw + 1.0;
                lag += ((Accepted - chance) - lag) / (count + 10);
                var log = Math.Log(0.2) - (Math.Sqrt(count) / 0.05 * lag);
                longest += Math.Pow(count, -0.75) * (log - longest);
                step = Math.Exp(draw == warmUp - 1 ? longest : log);
                continue;
            }

            for (var i = 0; i < _dimension; i++)
            {
                var curvature = Math.Exp(_deviation * place[_dimension + i]);
                curvatures[i] += curvature / kept;
                pulls[i] += curvature * _scale * place[i] / kept;
                logs[i] += _deviation * place[_dimension + i] / kept;
            }
        }

        TensorPrimitives.Divide(pulls, curvatures, pulls);
        return (pulls, logs);
    }

    // -ln of the posterior density of x/s and ln λ/ω, and its gradient.
    private double Energy(double[] place, double[] slope)
    {
        for (var i = 0; i < _dimension; i++)
        {
            _curvatures[i] = Math.Exp(_deviation * place[_dimension + i]);
            _pulls[i] = _curvatures[i] * _scale * place[i];
        }

        Array.Clear(_byCurvature);
        Array.Clear(_byPull);
        var energy = Reduce.SumOfSquares(place) / 2;
        foreach (var batch in _batches)
        {
            var values = new double[batch.Points.Length];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = Reduce.Dot(_curvatures, batch.HalfSquares[i]) - Reduce.Dot(_pulls, batch.Points[i]);
            }

            var (sharpness, pushes) = (1 / (Math.Sqrt(2) * batch.Error), new double[values.Length]);
            foreach (var (winner, loser) in batch.Pairs)
            {
                var (probability, ratio) = NormalDistribution.Tail((values[loser] - values[winner]) * sharpness);
                energy -= probability;
                pushes[winner] += ratio * sharpness;
                pushes[loser] -= ratio * sharpness;
            }

            for (var i = 0; i < pushes.Length; i++)
            {
                TensorPrimitives.MultiplyAdd(batch.HalfSquares[i], pushes[i], _byCurvature, _byCurvature);
                TensorPrimitives.MultiplyAdd(batch.Points[i], -pushes[i], _byPull, _byPull);
            }
        }

        for (var i = 0; i < _dimension; i++)
        {
            slope[i] = place[i] + (_byPull[i] * _curvatures[i] * _scale);
            slope[_dimension + i] = place[_dimension + i] + (_deviation * ((_byCurvature[i] * _curvatures[i]) + (_byPull[i] * _pulls[i])));
        }

        return energy;
    }
}

/// <summary>One judged batch for <see cref="ExactPosterior"/>.</summary>
/// <param name="Points">The candidates z from the start.</param>
/// <param name="HalfSquares">zᵢ²/2.</param>
/// <param name="Pairs">Who was placed right before whom.</param>
/// <param name="Error">Standard deviation of the judge's error in u.</param>
internal sealed record JudgedPoints(double[][] Points, double[][] HalfSquares, (int Winner, int Loser)[] Pairs, double Error)
{
    /// <summary>A batch whose judge errs by a share of what the candidates differ, seen from the estimated ideal point.</summary>
    public static JudgedPoints Of(double[][] points, Judgement.Ranking ranking, double share, double[] ideal)
    {
        var judged = JudgedBatch.Of(points, Comparisons.From(points.Length, ranking));
        var values = points.Select(point => Square(point, ideal) / 2).ToArray();
        var average = values.Average();
        var radius = points.Average(point => Square(point, judged.Centre));
        var error = share * Math.Sqrt(values.Average(value => (value - average) * (value - average)) + (radius * Square(judged.Centre, ideal) / ideal.Length));
        return new JudgedPoints(
            points, [.. points.Select(point => point.Select(z => z * z / 2).ToArray())], [.. judged.Pairs.Select(pair => (pair.Winner, pair.Loser))], error);
    }

    private static double Square(double[] a, double[] b) => Math.Pow(Reduce.Distance(a, b), 2);
}
