using System.Text.Json;
using Ranking.Engine;
using Ranking.Engine.Functions;

namespace Ranking.Benchmarks;

/// <summary>
/// Runs trials, on every core, and writes down each outcome as it comes: a suite that was stopped goes on where it was.
/// </summary>
/// <param name="path">The file of outcomes, one JSON object a line; null to keep none.</param>
internal sealed class Ledger(string? path)
{
    private readonly Catalog<IOptimizer> _optimizers = new();
    private readonly Catalog<TestFunction> _functions = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _known = path is not null && File.Exists(path)
        ? File.ReadLines(path).Select(line => JsonSerializer.Deserialize<Entry>(line, JsonSerializerOptions.Web)!).GroupBy(e => e.Key).ToDictionary(e => e.Key, e => e.Last(), StringComparer.Ordinal)
        : [];

    /// <summary>Runs the trials that are not in the file yet. Those that an optimiser refuses have no outcome.</summary>
    public Outcome[] Run(IEnumerable<Trial> trials, int seeds, int firstSeed = 0) =>
        [.. trials.AsParallel().AsOrdered().WithMergeOptions(ParallelMergeOptions.NotBuffered).Select(trial => Run(trial, seeds, firstSeed)).OfType<Outcome>()];

    private Outcome? Run(Trial trial, int seeds, int firstSeed)
    {
        var key = JsonSerializer.Serialize(new
        {
            trial.Optimizer,
            _optimizers.Entry(trial.Optimizer).Revision,
            trial.Settings,
            trial.Function,
            trial.Dimension,
            trial.Candidates,
            trial.RankTop,
            trial.Noise,
            trial.SharedStart,
            trial.At,
            trial.Unit,
            seeds,
            firstSeed,
        });
        lock (_gate)
        {
            if (_known.TryGetValue(key, out var known))
            {
                return known.Points is null ? null : new Outcome(trial, known.First, known.Points);
            }
        }

        Outcome? outcome = null;
        try
        {
            outcome = trial.Run(_optimizers, _functions, seeds, firstSeed);
        }
        catch (SettingsException refused)
        {
            Console.WriteLine($"{trial.Label}, d = {trial.Dimension}: {refused.Message}");
        }

        lock (_gate)
        {
            var entry = _known[key] = new Entry(key, outcome?.First ?? 0, outcome?.Points);
            if (path is not null)
            {
                File.AppendAllText(path, JsonSerializer.Serialize(entry, JsonSerializerOptions.Web) + "\n");
            }
        }

        if (outcome is not null)
        {
            Console.WriteLine(
                $"{trial.Label,-38} {trial.Function,-16} d={trial.Dimension,-4} m={trial.Candidates,-3} k={trial.RankTop,-3} noise {trial.Noise,-4} "
                + string.Join("  ", outcome.Points.Select(point => $"{point.At}: {point.Median:G3}")));
        }

        return outcome;
    }

    private sealed record Entry(string Key, double First, Trial.Point[]? Points);
}
