using System.Text.Json;
using Ranking.Engine;
using Ranking.Engine.Functions;

namespace Ranking.Benchmarks;

/// <summary>
/// How good the best point is after how many rankings: every optimiser that learns from rankings or values on test
/// functions, and the simulated experiments of the ZO-RankSGD paper. <c>--quick</c> takes three functions in 10 and 100
/// dimensions, <c>--parts LIST</c> some of the parts, separated by commas, <c>--methods LIST</c> some of the optimisers,
/// <c>--seeds</c> another number of seeds than 20, <c>--report FOLDER</c> writes tables and plots there, <c>--ledger FILE</c>
/// keeps every outcome as it comes and goes on from there when the suite is started again.
/// </summary>
internal static class ConvergenceSuite
{
    private static readonly int[] Dimensions = [10, 100, 1000];
    private static readonly int[] QuickDimensions = [10, 100];

    /// <summary>The functions that are looked at most closely.</summary>
    public static readonly string[] Quick = ["sphere", "rosenbrock", "mild-ellipsoid"];

    private static readonly JsonElement Defaults = JsonSerializer.SerializeToElement(new { });

    private static readonly double[] Errors = [0, 0.25, 0.5, 1];

    // Decomposes a d × d matrix each round, which takes seconds in a thousand dimensions.
    private const string Cubic = "cma-es";

    public static Task<object> RunAsync(IReadOnlyList<string> args)
    {
        var (optimizers, functions) = (new Catalog<IOptimizer>(), new Catalog<TestFunction>());
        var quick = args.Contains("--quick");
        var seeds = Report.Number(args, "--seeds", 20);
        var methods = Report.Argument(args, "--methods")?.Split(',');
        var wanted = Report.Argument(args, "--parts")?.Split(',');
        var ledger = new Ledger(Report.Argument(args, "--ledger"));
        var problem = new Problem(new double[10], 6, 6, new Geometry.Flat());
        var keys = optimizers.Entries.Select(e => e.Key).Where(key => (optimizers[key].Start(problem, Defaults, 0).Query.Wants & (JudgementKind.Ranking | JudgementKind.Values)) != 0).ToArray();
        var league =
            from dimension in quick ? QuickDimensions : Dimensions
            from function in quick ? Quick : functions.Entries.Select(e => e.Key)
            where functions[function].Admits(dimension)
            from key in keys
            where dimension < 1000 || key != Cubic
            select new Trial(optimizers.Entry(key).Title, key, Defaults, function, dimension, 6, 6, 0, false, [1, 2, 5, 10, 15, 20, 30, 40], TrialUnit.Rankings);

        var parts = new Dictionary<string, Outcome[]>(StringComparer.Ordinal)
        {
            ["league"] = Part("league", league),
            ["methods"] = wanted?.Contains("methods") == false ? [] : [.. PaperMethods.All().Where(method => IsWanted(method.Optimizer)).Select(method => method.Run(ledger, seeds))],
            ["candidates"] = Part("candidates", Sweep()),
            ["noise"] = Part("noise", Noisy()),
            ["people"] = Part("people", People()),
        };
        if (Report.Argument(args, "--report") is { } folder)
        {
            ConvergenceReport.Write(folder, parts, seeds);
        }

        return Task.FromResult<object>(new { Suite = "convergence", Report.Machine, Seeds = seeds, Parts = parts });

        Outcome[] Part(string name, IEnumerable<Trial> trials) =>
            wanted?.Contains(name) == false ? [] : ledger.Run(trials.Where(trial => IsWanted(trial.Optimizer)), seeds);

        bool IsWanted(string optimizer) => methods?.Contains(optimizer) != false;
    }

    private static IEnumerable<Trial> Sweep() =>
        from pair in new[] { (5, 1), (5, 5), (10, 1), (10, 3), (10, 5), (10, 10), (20, 1), (20, 5), (20, 20), (50, 1), (50, 10), (50, 50), (100, 1), (100, 10), (100, 100) }
        select new Trial(
            $"m = {pair.Item1}, k = {pair.Item2}", "zo-rank-sgd", JsonSerializer.SerializeToElement(LineSearch(50, 0.1, 0.01)), "sphere", 100, pair.Item1, pair.Item2, 0, true,
            [40, 100, 200, 400], TrialUnit.Rankings);

    private static IEnumerable<Trial> Noisy() =>
        from function in PaperMethods.Functions
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

    /// <summary>ZO-RankSGD with line search, as the paper runs it.</summary>
    public static object LineSearch(double step, double shrink, double smoothing) =>
        new { variant = "lineSearch", stepSize = step, shrink, smoothing, trialPoints = 5, includeIncumbent = true };
}
