using System.Text.Json;
using Ranking.Engine;
using Ranking.Engine.Functions;

namespace Ranking.Benchmarks;

/// <summary>
/// How good the best point is after how many rankings: every optimiser that learns from rankings or values on test
/// functions, and the simulated experiments of the ZO-RankSGD paper. <c>--quick</c> takes three functions in 10 and 100
/// dimensions, <c>--parts LIST</c> some of the parts, separated by commas, <c>--methods LIST</c> some of the optimisers,
/// <c>--seeds</c> another number of seeds than 20, <c>--report FOLDER</c> writes tables and plots there.
/// </summary>
internal static class ConvergenceSuite
{
    private static readonly int[] Dimensions = [10, 100, 1000];
    private static readonly int[] QuickDimensions = [10, 100];
    private static readonly string[] Quick = ["sphere", "rosenbrock", "mild-ellipsoid"];
    private static readonly JsonElement Defaults = JsonSerializer.SerializeToElement(new { });

    private static readonly string[] Paper = ["sphere", "rosenbrock"];
    private static readonly double[] Errors = [0, 0.25, 0.5, 1];

    // CMA-ES refuses more than 1,000 dimensions and decomposes a d × d matrix each round.
    private static readonly string[] Cubic = ["cma-es"];

    public static Task<object> RunAsync(IReadOnlyList<string> args)
    {
        var (optimizers, functions) = (new Catalog<IOptimizer>(), new Catalog<TestFunction>());
        var quick = args.Contains("--quick");
        var seeds = int.Parse(Argument(args, "--seeds") ?? "20", System.Globalization.CultureInfo.InvariantCulture);
        var methods = Argument(args, "--methods")?.Split(',');
        var wanted = Argument(args, "--parts")?.Split(',');
        var keys = optimizers.Entries.Select(e => e.Key).Where(key => (optimizers[key].Accepts & (JudgementKind.Ranking | JudgementKind.Values)) != 0).ToArray();
        var league =
            from dimension in quick ? QuickDimensions : Dimensions
            from function in quick ? Quick : functions.Entries.Select(e => e.Key)
            where functions[function].Admits(dimension)
            from key in keys
            where dimension < 1000 || !Cubic.Contains(key)
            select new Trial(optimizers.Entry(key).Title, key, Defaults, function, dimension, 6, 6, 0, false, [1, 2, 5, 10, 15, 20, 30, 40], TrialUnit.Rankings);

        var parts = new Dictionary<string, Outcome[]>(StringComparer.Ordinal);
        foreach (var (name, trials) in new (string, IEnumerable<Trial>)[]
        {
            ("league", league), ("methods", Methods()), ("candidates", Sweep()), ("noise", Noisy()), ("people", People()),
        })
        {
            parts[name] = wanted?.Contains(name) == false ? [] : [.. trials.Where(trial => methods?.Contains(trial.Optimizer) != false).Select(trial => Told(trial.Run(optimizers, functions, seeds)))];
        }

        parts["methods"] = [.. parts["methods"].GroupBy(o => (o.Trial.Label, o.Trial.Function)).Select(o => o.MinBy(outcome => outcome.Points[^1].Median)!)];
        if (Argument(args, "--report") is { } folder)
        {
            ConvergenceReport.Write(folder, parts, seeds);
        }

        return Task.FromResult<object>(new { Suite = "convergence", Report.Machine, Seeds = seeds, Parts = parts });
    }

    // Objective against candidates shown: 15 an iteration, and of several settings the one that ends lowest.
    private static IEnumerable<Trial> Methods()
    {
        foreach (var function in Paper)
        {
            Trial Of(string label, string key, object settings, int candidates) =>
                new(label, key, JsonSerializer.SerializeToElement(settings), function, 100, candidates, candidates, 0, true, [150, 300, 750, 1500], TrialUnit.Candidates);

            foreach (var step in new[] { 1, 3 })
            {
                foreach (var shrink in new[] { 0.1, 0.3, 0.5 })
                {
                    yield return Of("ZO-RankSGD, line search, m = k = 10", "zo-rank-sgd", LineSearch(step, shrink, 0.01), 10);
                }
            }

            foreach (var step in new[] { 0.03, 0.1, 0.3 })
            {
                yield return Of("ZO-RankSGD, constant step, m = k = 15", "zo-rank-sgd", new { variant = "constant", stepSize = step, smoothing = 0.01 }, 15);
            }

            foreach (var step in function == "sphere" ? new[] { 0.01, 0.03 } : [1e-4, 3e-4])
            {
                yield return Of("ZO-SGD, values, q = 14", "zo-sgd", new { stepSize = step, smoothing = 0.001 }, 15);
            }

            foreach (var sigma in new[] { 0.1, 0.3 })
            {
                yield return Of("CMA-ES, 15 samples", "cma-es", new { sigma }, 15);
                yield return Of("(1+1)-ES", "one-plus-one-es", new { sigma }, 2);
            }

            yield return Of("SCOBO, defaults", "scobo", new { }, 10);
            yield return Of("GLD-Fast, defaults", "gld-fast", new { }, 15);
            yield return Of("Ideal point, defaults, m = k = 9", "ideal-point", new { }, 9);
        }
    }

    private static IEnumerable<Trial> Sweep() =>
        from pair in new[] { (5, 1), (5, 5), (10, 1), (10, 3), (10, 5), (10, 10), (20, 1), (20, 5), (20, 20), (50, 1), (50, 10), (50, 50), (100, 1), (100, 10), (100, 100) }
        select new Trial(
            $"m = {pair.Item1}, k = {pair.Item2}", "zo-rank-sgd", JsonSerializer.SerializeToElement(LineSearch(50, 0.1, 0.01)), "sphere", 100, pair.Item1, pair.Item2, 0, true,
            [40, 100, 200, 400], TrialUnit.Rankings);

    private static IEnumerable<Trial> Noisy() =>
        from function in Paper
        from noise in Errors
        from method in new (string Label, string Key, object Settings, int Candidates)[]
        {
            ("ZO-RankSGD", "zo-rank-sgd", LineSearch(1, 0.3, 0.05), 10), ("Ideal point", "ideal-point", new { }, 9),
        }
        select new Trial(
            method.Label, method.Key, JsonSerializer.SerializeToElement(method.Settings), function, 100, method.Candidates, method.Candidates, noise, true, [750, 1500], TrialUnit.Candidates);

    // Twenty rankings of m candidates and twenty picks: what a person does in half an hour.
    private static IEnumerable<Trial> People() =>
        from function in Quick
        from noise in new[] { 0, 0.5 }
        from pair in noise > 0 ? new[] { (6, 6) } : [(6, 6), (6, 3), (10, 10)]
        from method in new (string Label, string Key, object Settings)[]
        {
            ("ZO-RankSGD, interactive", "zo-rank-sgd", new { variant = "interactive", smoothing = 0.1, stepSize = 10, trialPoints = 4 }), ("Ideal point", "ideal-point", new { }),
        }
        select new Trial(
            method.Label, method.Key, JsonSerializer.SerializeToElement(method.Settings), function, 100, pair.Item1, pair.Item2, noise, false, [10, 20, 40], TrialUnit.Rankings);

    private static object LineSearch(double step, double shrink, double smoothing) =>
        new { variant = "lineSearch", stepSize = step, shrink, smoothing, trialPoints = 5, includeIncumbent = true };

    private static Outcome Told(Outcome outcome)
    {
        var trial = outcome.Trial;
        Console.WriteLine(
            $"{trial.Label,-38} {trial.Function,-16} d={trial.Dimension,-4} m={trial.Candidates,-3} k={trial.RankTop,-3} noise {trial.Noise,-4} "
            + string.Join("  ", outcome.Points.Select(point => $"{point.At}: {point.Median:G3}")));
        return outcome;
    }

    private static string? Argument(IReadOnlyList<string> args, string name)
    {
        var at = args.ToList().IndexOf(name);
        return at >= 0 && at + 1 < args.Count ? args[at + 1] : null;
    }
}
