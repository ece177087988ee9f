using System.Text.Json;
using Ranking.Engine;
using Ranking.Engine.Functions;

namespace Ranking.Benchmarks;

/// <summary>
/// How much of what was said <c>ideal-point</c> uses: where it stands after twenty rankings and twenty picks of six in a
/// hundred dimensions, against the exact posterior of the same answers (<see cref="ExactPosterior"/>), with one curvature
/// for all coordinates and with one for each. <c>--seeds</c> takes another number than 20.
/// </summary>
internal static class PosteriorSuite
{
    private const int Dimension = 100;
    private const int Candidates = 6;
    private const int Rankings = 40;
    private const double Distance = 0.9;
    private const double JudgeError = 0.1;
    private const int WarmUp = 400;
    private const int Kept = 600;
    private static readonly double[] Deviations = [0, 0.6, 1, 1.5];

    public static Task<object> RunAsync(IReadOnlyList<string> args)
    {
        var at = args.ToList().IndexOf("--seeds");
        var seeds = at < 0 ? 20 : int.Parse(args[at + 1], System.Globalization.CultureInfo.InvariantCulture);
        var rows = new List<object>();
        foreach (var key in ConvergenceSuite.Quick)
        {
            var outcomes = new Outcome[seeds];
            Parallel.For(0, seeds, seed => outcomes[seed] = One(new Catalog<TestFunction>()[key], (ulong)seed));
            var approximate = Report.Median([.. outcomes.Select(outcome => outcome.Approximate)]);
            Console.WriteLine($"{key,-16} ideal-point {approximate:G3}");
            for (var i = 0; i < Deviations.Length; i++)
            {
                var row = new
                {
                    Function = key,
                    Deviation = Deviations[i],
                    IdealPoint = approximate,
                    Exact = Report.Median([.. outcomes.Select(outcome => outcome.Exact[i])]),
                    Correlation = Report.Median([.. outcomes.Select(outcome => outcome.Correlation[i])]),
                };
                rows.Add(row);
                Console.WriteLine($"{key,-16} exact, deviation of ln λ {row.Deviation,3}: {row.Exact:G3}, correlation with the true one {row.Correlation:F2}");
            }
        }

        return Task.FromResult<object>(new { Suite = "posterior", Report.Machine, Seeds = seeds, Rows = rows });
    }

    private static Outcome One(TestFunction function, ulong seed)
    {
        var start = new double[Dimension];
        Noise.Philox(1 + seed, Purpose.Begin, 1).Normal(0, start);
        var first = Above(function, start);
        var run = new Catalog<IOptimizer>()["ideal-point"].Start(
            new Problem(start, Candidates, Candidates, new Geometry.Flat()), JsonSerializer.SerializeToElement(new { }), seed);
        var judged = new List<(double[][] Points, int[] Order)>();
        while (run.Round < Rankings)
        {
            var query = run.Query;
            var block = new double[query.Count * Dimension];
            run.Ask(new Batch(block, query.Count, Dimension));
            var candidates = block.Chunk(Dimension).ToArray();
            var values = candidates.Select(candidate => function.Value(candidate)).ToArray();
            var order = Enumerable.Range(0, query.Count).OrderBy(i => values[i]).Take(query.RankTop).ToArray();
            judged.Add(([.. candidates.Select(candidate => From(start, candidate))], order));
            run.Tell(Judgement.Ranking.Of(order));
        }

        var ideal = From(start, run.Best.ToArray());
        JudgedPoints[] batches = [.. judged.Select(batch => JudgedPoints.Of(batch.Points, batch.Order, JudgeError, ideal))];
        var (exact, correlation) = (new double[Deviations.Length], new double[Deviations.Length]);
        for (var i = 0; i < Deviations.Length; i++)
        {
            var (minimum, logs) = new ExactPosterior(batches, Dimension, Distance, Deviations[i]).Sample(seed, WarmUp, Kept);
            exact[i] = Above(function, [.. start.Zip(minimum, (a, b) => a + b)]) / first;
            correlation[i] = Correlation(logs, Curvatures(function));
        }

        return new Outcome(Above(function, run.Best.ToArray()) / first, exact, correlation);
    }

    private static double Above(TestFunction function, double[] point) => function.Value(point) - function.Value(function.Minimum(Dimension));

    private static double[] From(double[] start, double[] point) => [.. point.Zip(start, (a, b) => a - b)];

    // ln of the second derivatives at the minimum, from differences of the gradient.
    private static double[] Curvatures(TestFunction function)
    {
        const double step = 1e-4;
        var (point, gradient) = (function.Minimum(Dimension), new double[Dimension]);
        var logs = new double[Dimension];
        for (var i = 0; i < Dimension; i++)
        {
            point[i] += step;
            function.Gradient(point, gradient);
            logs[i] = Math.Log(gradient[i] / step);
            point[i] -= step;
        }

        return logs;
    }

    private static double Correlation(double[] a, double[] b)
    {
        var (meanA, meanB) = (a.Average(), b.Average());
        var (products, squaresA, squaresB) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            products += (a[i] - meanA) * (b[i] - meanB);
            squaresA += (a[i] - meanA) * (a[i] - meanA);
            squaresB += (b[i] - meanB) * (b[i] - meanB);
        }

        return squaresA * squaresB > 1e-12 ? products / Math.Sqrt(squaresA * squaresB) : 0;
    }

    private sealed record Outcome(double Approximate, double[] Exact, double[] Correlation);
}
