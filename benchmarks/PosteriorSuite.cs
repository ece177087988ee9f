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
        var seeds = Report.Number(args, "--seeds", 20);
        var (optimizer, functions) = (new Catalog<IOptimizer>()["ideal-point"], new Catalog<TestFunction>());
        var rows = new List<object>();
        foreach (var key in ConvergenceSuite.Quick)
        {
            var outcomes = new Outcome[seeds];
            var curvatures = Curvatures(functions[key]);
            Parallel.For(0, seeds, seed => outcomes[seed] = One(optimizer, functions[key], curvatures, (ulong)seed));
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

    private static Outcome One(IOptimizer optimizer, TestFunction function, double[] curvatures, ulong seed)
    {
        var start = Trial.Start(Dimension, 1 + seed);
        var first = Above(function, start);
        var run = optimizer.Start(new Problem(start, Candidates, Candidates, new Geometry.Flat()), default, seed);
        var judged = new List<(double[][] Points, Judgement.Ranking Ranking)>();
        while (run.Round < Rankings)
        {
            var query = run.Query;
            var block = new double[query.Count * Dimension];
            run.Ask(new Batch(block, query.Count, Dimension));
            var candidates = block.Chunk(Dimension).ToArray();
            var values = candidates.Select(candidate => function.Value(candidate)).ToArray();
            var ranking = Judgement.Ranking.Of(Report.Order(values, query.RankTop));
            judged.Add(([.. candidates.Select(candidate => From(start, candidate))], ranking));
            run.Tell(ranking);
        }

        var ideal = From(start, run.Best.ToArray());
        JudgedPoints[] batches = [.. judged.Select(batch => JudgedPoints.Of(batch.Points, batch.Ranking, JudgeError, ideal))];
        var (exact, correlation) = (new double[Deviations.Length], new double[Deviations.Length]);
        for (var i = 0; i < Deviations.Length; i++)
        {
            var (minimum, logs) = new ExactPosterior(batches, Dimension, Distance, Deviations[i]).Sample(seed, WarmUp, Kept);
            exact[i] = Above(function, [.. start.Zip(minimum, (a, b) => a + b)]) / first;
            correlation[i] = Correlation(logs, curvatures);
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

    // 0 where one of them does not vary.
    private static double Correlation(double[] a, double[] b)
    {
        var (fromA, fromB) = (FromMean(a), FromMean(b));
        var lengths = Reduce.Norm(fromA) * Reduce.Norm(fromB);
        return lengths > 1e-6 ? Reduce.Dot(fromA, fromB) / lengths : 0;

        static double[] FromMean(double[] values)
        {
            var mean = values.Average();
            return [.. values.Select(value => value - mean)];
        }
    }

    private sealed record Outcome(double Approximate, double[] Exact, double[] Correlation);
}
