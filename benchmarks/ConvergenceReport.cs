using System.Globalization;
using System.Text;

namespace Ranking.Benchmarks;

/// <summary>The convergence suite's figures as tables and plots.</summary>
internal static class ConvergenceReport
{
    // Curves of one plot: those that end lowest, and two that everybody knows.
    private const int MostCurves = 12;
    private static readonly string[] Always = ["zo-rank-sgd", "random-search"];

    /// <summary>Writes <c>tables.md</c>, <c>league.csv</c> and one SVG for each plot into a folder.</summary>
    public static void Write(string folder, IReadOnlyDictionary<string, Outcome[]> parts, int seeds)
    {
        Directory.CreateDirectory(folder);
        var text = new StringBuilder();
        text.Append("# Convergence: the figures\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Written by `dotnet run -c Release --project benchmarks -- convergence`. Every figure is the median over {seeds} seeds, in brackets the quartiles; the reading is in [convergence.md](../convergence.md).\n");
        Ends(text, parts["league"]);
        Section(text, "The courses on three functions, m = k = 6", "The objective as a share of its value at the start, N(0, I), after so many rankings (for methods that are told values: after so many sets of values).", Shown(parts["league"]));
        Section(text, "Methods of the paper, d = 100", "The objective after so many candidates shown, each counted once; one start for all methods and seeds. The settings of each method are chosen for each budget by itself, out of a small grid, on three other seeds.", parts["methods"]);
        Section(text, "Candidates and places: ZO-RankSGD with line search, η = 50, μ = 0.01, γ = 0.1, l = 5", "The objective after so many rankings, two an iteration.", parts["candidates"]);
        Section(text, "A judge who errs, d = 100", "The objective after so many candidates shown; the errors' standard deviation is a share of that of the values in the batch.", parts["noise"]);
        Section(text, "A person's half hour, d = 100", "The objective as a share of its value at the start after so many rankings, of which every second is a pick.", parts["people"]);
        File.WriteAllText(Path.Combine(folder, "tables.md"), text.ToString());
        File.WriteAllLines(Path.Combine(folder, "league.csv"), Rows(parts["league"]));

        foreach (var group in Shown(parts["league"]).GroupBy(o => (o.Trial.Function, o.Trial.Dimension)))
        {
            var lowest = group.OrderBy(o => o.Points[^1].Median).Take(MostCurves).ToArray();
            Outcome[] drawn = [.. lowest, .. group.Where(o => Always.Contains(o.Trial.Optimizer)).Except(lowest)];
            Plot(folder, $"league-{group.Key.Function}-{group.Key.Dimension}", $"{group.Key.Function}, d = {group.Key.Dimension}: share of the start's value left", "rankings asked", drawn, p => p.Rankings);
            Plot(folder, $"gained-{group.Key.Function}-{group.Key.Dimension}", $"{group.Key.Function}, d = {group.Key.Dimension}: share of the start's value left", "comparisons gained", [.. drawn.Where(o => o.Points[^1].Compared > 0)], p => p.Compared);
        }

        foreach (var group in parts["methods"].GroupBy(o => o.Trial.Function))
        {
            Plot(folder, $"methods-{group.Key}", $"{group.Key}, d = 100: objective", "candidates shown", [.. group], p => p.Shown);
        }

        if (parts["candidates"].Length > 0)
        {
            Plot(folder, "candidates", "ZO-RankSGD on the sphere, d = 100: objective", "rankings asked", parts["candidates"], p => p.Rankings);
        }
    }

    // Of few functions the courses are shown in full; of the others tables.md has the end, and league.csv the rest.
    private static Outcome[] Shown(Outcome[] league) => [.. league.Where(o => ConvergenceSuite.Quick.Contains(o.Trial.Function))];

    // One table for each dimension: what every method leaves of every function, the best by mean place first.
    private static void Ends(StringBuilder text, Outcome[] league)
    {
        text.Append("\n## All methods, default settings, m = k = 6\n\nThe share of the start's value that is left after 40 rankings (or sets of values). The mean place is over the functions that a method ran on; methods that are told values are marked with a star.\n");
        foreach (var dimension in league.GroupBy(o => o.Trial.Dimension))
        {
            var functions = dimension.Select(o => o.Trial.Function).Distinct().ToArray();
            var places = new Dictionary<Outcome, int>();
            foreach (var function in dimension.GroupBy(o => o.Trial.Function))
            {
                foreach (var (place, outcome) in function.OrderBy(o => o.Points[^1].Median).Index())
                {
                    places.Add(outcome, place + 1);
                }
            }

            text.Append(CultureInfo.InvariantCulture, $"\n### d = {dimension.Key}\n\n| method | mean place | {string.Join(" | ", functions)} |\n|---|---|").Insert(text.Length, "---|", functions.Length).Append('\n');
            foreach (var method in dimension.GroupBy(o => o.Trial.Optimizer).OrderBy(m => m.Average(o => places[o])))
            {
                var first = method.First();
                text.Append(CultureInfo.InvariantCulture, $"| {first.Trial.Label}{(first.Points[^1].Compared > 0 ? "" : "*")} | {method.Average(o => places[o]):F1} |");
                foreach (var function in functions)
                {
                    var outcome = method.FirstOrDefault(o => o.Trial.Function == function);
                    text.Append(CultureInfo.InvariantCulture, $" {outcome?.Points[^1].Median:G2} |");
                }

                text.Append('\n');
            }
        }
    }

    private static IEnumerable<string> Rows(Outcome[] league) =>
        league.SelectMany(o => o.Points.Select(p => FormattableString.Invariant(
            $"{o.Trial.Optimizer},{o.Trial.Function},{o.Trial.Dimension},{p.At},{p.Compared},{p.Lower:G4},{p.Median:G4},{p.Upper:G4}")))
        .Prepend("optimizer,function,dimension,rankings,comparisons,lower quartile,median,upper quartile");

    private static void Section(StringBuilder text, string title, string reading, Outcome[] outcomes)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n{reading}\n");
        foreach (var group in outcomes.GroupBy(o => (o.Trial.Function, o.Trial.Dimension)))
        {
            var first = group.First();
            text.Append(CultureInfo.InvariantCulture, $"\n### {group.Key.Function}, d = {group.Key.Dimension}\n\nAt the start {first.First:G4}.\n\n| method | m, k | noise |");
            foreach (var at in first.Trial.At)
            {
                text.Append(CultureInfo.InvariantCulture, $" {at} |");
            }

            text.Append("\n|---|---|---|").Insert(text.Length, "---|", first.Trial.At.Length).Append('\n');
            foreach (var outcome in group)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {outcome.Trial.Label} | {outcome.Trial.Candidates}, {outcome.Trial.RankTop} | {outcome.Trial.Noise} |");
                foreach (var point in outcome.Points)
                {
                    text.Append(CultureInfo.InvariantCulture, $" {point.Median:G3} ({point.Lower:G3} to {point.Upper:G3}) |");
                }

                text.Append('\n');
            }
        }
    }

    private static void Plot(string folder, string name, string title, string across, Outcome[] outcomes, Func<Trial.Point, double> at)
    {
        var curves = outcomes
            .Select(o => new Chart.Curve(o.Trial.Label, [(0, Begun(o), Begun(o), Begun(o)), .. o.Points.Select(p => (at(p), p.Lower, p.Median, p.Upper))]))
            .ToArray();
        File.WriteAllText(Path.Combine(folder, name + ".svg"), Chart.Draw(title, across, curves, 1e-6));
    }

    private static double Begun(Outcome outcome) => outcome.Trial.SharedStart ? outcome.First : 1;
}
