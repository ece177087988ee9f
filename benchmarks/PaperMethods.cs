using System.Text.Json;

namespace Ranking.Benchmarks;

/// <summary>
/// A method of the ZO-RankSGD paper's simulated comparison, d = 100. Its settings are chosen for each budget by itself,
/// out of a small grid and on seeds that the figures do not use, as is usual for such comparisons.
/// </summary>
/// <param name="Label">What the report calls it.</param>
/// <param name="Optimizer">The optimiser's key.</param>
/// <param name="Function">The function's key.</param>
/// <param name="Candidates">m, all of which are ranked.</param>
/// <param name="Grid">The settings to choose from.</param>
internal sealed record PaperMethod(string Label, string Optimizer, string Function, int Candidates, object[] Grid)
{
    private const int Rehearsals = 3;
    private const int FirstRehearsal = 1000;

    private static readonly int[] At = [300, 750, 1500, 3000];

    /// <summary>Chooses settings for every budget and runs them.</summary>
    public Outcome Run(Ledger ledger, int seeds)
    {
        var trials = Grid.Select(settings =>
            new Trial(Label, Optimizer, JsonSerializer.SerializeToElement(settings), Function, 100, Candidates, Candidates, 0, true, At, TrialUnit.Candidates)).ToArray();
        var rehearsed = trials.Length == 1 ? null : ledger.Run(trials, Rehearsals, FirstRehearsal);
        var chosen = At.Select((_, i) => rehearsed is null ? 0 : Enumerable.Range(0, trials.Length).MinBy(t => rehearsed[t].Points[i].Median)).ToArray();
        var needed = chosen.Distinct().ToArray();
        var outcomes = needed.Zip(ledger.Run(needed.Select(t => trials[t]), seeds)).ToDictionary(pair => pair.First, pair => pair.Second);
        var last = outcomes[chosen[^1]];
        return last with { Points = [.. chosen.Select((t, i) => outcomes[t].Points[i])] };
    }
}

/// <summary>The methods that the paper compares, and those that belong beside them.</summary>
internal static class PaperMethods
{
    /// <summary>The functions that the paper runs them on.</summary>
    public static readonly string[] Functions = ["sphere", "rosenbrock"];

    private static readonly double[] LineSteps = [1, 10, 50];
    private static readonly double[] Shrinks = [0.1, 0.3, 0.5];
    private static readonly double[] InteractiveSteps = [30, 100, 300];
    private static readonly double[] InteractiveShrinks = [0.2, 0.3, 0.5];
    private static readonly double[] ConstantSteps = [0.01, 0.03, 0.1, 0.3];
    private static readonly double[] ValueSteps = [1e-5, 1e-4, 3e-4, 0.003, 0.01, 0.03];
    private static readonly double[] OneBitSteps = [0.01, 0.1, 1];
    private static readonly double[] Sparsities = [20, 100];
    private static readonly double[] Radii = [0.1, 1, 3];
    private static readonly double[] Sigmas = [0.01, 0.1, 0.3, 1];

    /// <summary>All methods on all functions; ten candidates and five trial steps an iteration, or fifteen candidates.</summary>
    public static IEnumerable<PaperMethod> All()
    {
        foreach (var function in Functions)
        {
            yield return Of("ZO-RankSGD, line search, m = k = 10", "zo-rank-sgd", 10,
                from step in LineSteps from shrink in Shrinks select ConvergenceSuite.LineSearch(step, shrink, 0.01));
            yield return Of("ZO-RankSGD, interactive, m = 10", "zo-rank-sgd", 10,
                from step in InteractiveSteps from shrink in InteractiveShrinks select (object)new { variant = "interactive", stepSize = step, shrink, smoothing = 0.01, trialPoints = 5 });
            yield return Of("ZO-RankSGD, constant step, m = k = 15", "zo-rank-sgd", 15,
                ConstantSteps.Select(step => (object)new { variant = "constant", stepSize = step, smoothing = 0.01 }));
            yield return Of("ZO-SGD, values, q = 14", "zo-sgd", 15, ValueSteps.Select(step => (object)new { stepSize = step, smoothing = 0.001 }));
            yield return Of("SCOBO, m = 10", "scobo", 10,
                from step in OneBitSteps from sparsity in Sparsities select (object)new { stepSize = step, sparsity, smoothing = 0.01, trialPoints = 5 });
            yield return Of("GLD-Fast, 15 points", "gld-fast", 15, Radii.Select(radius => (object)new { radius, conditionBound = 1024.0 }));
            yield return Of("CMA-ES, 15 samples", "cma-es", 15, Sigmas.Select(sigma => (object)new { sigma }));
            yield return Of("(1+1)-ES", "one-plus-one-es", 2, Sigmas.Select(sigma => (object)new { sigma }));
            yield return Of("Ideal point, defaults, m = k = 9", "ideal-point", 9, [new { }]);

            PaperMethod Of(string label, string key, int candidates, IEnumerable<object> grid) => new(label, key, function, candidates, [.. grid]);
        }
    }
}
