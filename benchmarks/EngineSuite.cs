using System.Diagnostics;
using Ranking.Engine;

namespace Ranking.Benchmarks;

/// <summary>The cost of noise and of one ask and one tell of every optimiser, in time and in memory.</summary>
internal static class EngineSuite
{
    public static Task<object> RunAsync(IReadOnlyList<string> args)
    {
        var block = new double[16_384];
        var noise = Report.MedianMs(20, 200, () => Noise.Philox(7, Purpose.Ask, 3).Normal(0, block));
        Console.WriteLine($"noise d=16384: {noise:F4} ms, {noise * 1e6 / block.Length:F2} ns a number");

        // Keys after the suite's name ask for those optimisers only.
        var asked = args.Skip(1).TakeWhile(word => !word.StartsWith('-')).ToHashSet();
        var rounds = new List<Round>();
        var optimizers = new Catalog<IOptimizer>();
        foreach (var (dimension, repeats) in new[] { (100, 400), (16_384, 60), (1_000_000, 4) })
        {
            foreach (var entry in optimizers.Entries.Where(e => (asked.Count == 0 || asked.Contains(e.Key)) && Takes(optimizers[e.Key], dimension)))
            {
                foreach (var candidates in new[] { 6, 16 })
                {
                    var round = Measure(optimizers[entry.Key], entry.Key, dimension, candidates, repeats);
                    rounds.Add(round);
                    Console.WriteLine($"{entry.Key,-16} d={dimension,-8} m={round.Candidates,-3} ask {round.AskMs,10:F4} ms  tell {round.TellMs,10:F4} ms  {round.BytesPerRound,12:N0} bytes a round");
                }
            }
        }

        return Task.FromResult<object>(new { Suite = "engine", Report.Machine, NoiseMs16384 = noise, Rounds = rounds });
    }

    // Methods that keep a matrix of d × d numbers refuse many dimensions.
    private static bool Takes(IOptimizer optimizer, int dimension)
    {
        try
        {
            optimizer.Start(new Problem(new double[dimension], 2, 1, new Geometry.Flat()), default, 7);
            return true;
        }
        catch (SettingsException)
        {
            return false;
        }
    }

    // Random judgements: an optimiser's work does not depend on what is said.
    private static Round Measure(IOptimizer optimizer, string key, int dimension, int candidates, int repeats)
    {
        var run = optimizer.Start(new Problem(new double[dimension], candidates, Math.Min(3, candidates), new Geometry.Flat()), default, 7);
        double[] block = [];
        var (asks, tells) = (new double[repeats], new double[repeats]);
        var bytes = 0L;
        for (var i = -2; i < repeats; i++)
        {
            var query = run.Query;
            var judge = Noise.Philox(5, Purpose.Oracle, run.Round);
            var gradients = new double[query.Wants == JudgementKind.Gradients ? query.Count * dimension : 0];
            judge.Normal(0, gradients);
            Judgement judgement = query.Wants switch
            {
                JudgementKind.Gradients => new Judgement.Gradients([.. new double[query.Count]], [.. gradients]),
                JudgementKind.Values => new Judgement.Values([.. Enumerable.Range(0, query.Count).Select(c => judge.Uniform(c, 0))]),
                _ => Judgement.Ranking.Of(judge.Permutation(0, query.Count).AsSpan(0, query.RankTop)),
            };

            block = block.Length < query.Count * dimension ? new double[query.Count * dimension] : block;
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            run.Ask(new Batch(block, query.Count, dimension));
            var asked = Stopwatch.GetTimestamp();
            run.Tell(judgement);
            var told = Stopwatch.GetTimestamp();
            if (i >= 0)
            {
                asks[i] = Stopwatch.GetElapsedTime(start, asked).TotalMilliseconds;
                tells[i] = Stopwatch.GetElapsedTime(asked, told).TotalMilliseconds;
                bytes += GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }

        return new Round(key, dimension, candidates, Report.Median(asks), Report.Median(tells), bytes / repeats);
    }

    private sealed record Round(string Optimizer, int Dimension, int Candidates, double AskMs, double TellMs, long BytesPerRound);
}
