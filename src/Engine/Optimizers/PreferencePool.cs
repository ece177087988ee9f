using System.Numerics.Tensors;

namespace Ranking.Engine.Optimizers;

/// <summary>Points that might be liked, with a process's joint posterior over them: the first is the favourite so far.</summary>
internal sealed class PreferencePool
{
    private const int Size = 64;
    private const int Samples = 32;
    private readonly double[] _factor;

    private PreferencePool(double[][] points, double[] mean, double[] covariance)
    {
        (Points, Mean, Covariance) = (points, mean, covariance);
        _factor = Cholesky.Raised(covariance, mean.Length, 1e-9).Factor;
    }

    /// <summary>The points.</summary>
    public double[][] Points { get; }

    /// <summary>The posterior mean at each.</summary>
    public double[] Mean { get; }

    /// <summary>The posterior covariance, row by row.</summary>
    public double[] Covariance { get; }

    /// <summary>A quarter around the start, half around the favourite at two radii, a quarter beside it in few coordinates.</summary>
    public static PreferencePool Of(PreferenceProcess process, double[] favourite, Problem problem, Noise noise, double spread, double reach)
    {
        var (points, sparse) = (new double[Size + 1][], Math.Min(1, 4.0 / problem.Dimension));
        points[0] = favourite;
        for (var i = 0; i < Size; i++)
        {
            var point = new double[problem.Dimension];
            noise.Normal(i, point);
            TensorPrimitives.Multiply(point, i % 4 == 0 ? spread : i % 4 == 1 ? spread * reach / 4 : spread * reach, point);
            for (var j = 0; i % 4 == 3 && j < point.Length; j++)
            {
                point[j] = noise.Uniform(Size + i, j) < sparse ? point[j] : 0;
            }

            TensorPrimitives.Add(point, i % 4 == 0 ? problem.Start : favourite, point);
            problem.Geometry.Project(point);
            points[i + 1] = point;
        }

        var (mean, covariance) = process.At(points);
        return new PreferencePool(points, mean, covariance);
    }

    /// <summary>The places of the points that each of several posterior draws likes best, all different (Thompson sampling).</summary>
    public int[] Drawn(Noise noise, int count)
    {
        var chosen = new List<int>(count);
        for (var i = 0; i < count; i++)
        {
            chosen.Add(Largest(Draw(noise, i), chosen));
        }

        return [.. chosen];
    }

    /// <summary>
    /// The places of points that, shown beside the favourite, make the best of all shown as good as can be expected
    /// (qEUBO, greedily): the first by its closed form, the others by common posterior draws.
    /// </summary>
    public int[] Expected(Noise noise, int count)
    {
        var chosen = new List<int>(count) { Largest([.. Enumerable.Range(0, Points.Length).Select(BesideFavourite)], []) };
        var draws = Enumerable.Range(0, count > 1 ? Samples : 0).Select(i => Draw(noise, i)).ToArray();
        while (chosen.Count < count)
        {
            var worth = new double[Points.Length];
            foreach (var draw in draws)
            {
                var best = Math.Max(draw[0], chosen.Max(place => draw[place]));
                for (var i = 0; i < worth.Length; i++)
                {
                    worth[i] += Math.Max(best, draw[i]);
                }
            }

            chosen.Add(Largest(worth, chosen));
        }

        return [.. chosen];
    }

    private double BesideFavourite(int place)
    {
        var variance = Covariance[0] + Covariance[(place * Mean.Length) + place] - (2 * Covariance[place]);
        return PreferenceProcess.BestOfTwo(Mean[place], Mean[0], Math.Sqrt(Math.Max(0, variance)));
    }

    private double[] Draw(Noise noise, int index)
    {
        var (normals, values) = (new double[Mean.Length], new double[Mean.Length]);
        noise.Normal((2 * Size) + index, normals);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Mean[i] + Reduce.Dot(_factor.AsSpan(i * Mean.Length, i + 1), normals.AsSpan(0, i + 1));
        }

        return values;
    }

    // Never the favourite itself, which is shown anyway.
    private static int Largest(double[] worth, List<int> except)
    {
        var best = -1;
        for (var i = 1; i < worth.Length; i++)
        {
            if (!except.Contains(i) && (best < 0 || worth[i] > worth[best]))
            {
                best = i;
            }
        }

        return best;
    }
}
