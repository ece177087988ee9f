using System.Text.Json;
using Ranking.Engine;
using Ranking.Engine.Functions;

namespace Ranking.Benchmarks;

/// <summary>One optimiser on one function with a simulated judge, over several seeds.</summary>
/// <param name="Label">What the report calls it.</param>
/// <param name="Optimizer">The optimiser's key.</param>
/// <param name="Settings">Its settings; the defaults when undefined.</param>
/// <param name="Function">The function's key.</param>
/// <param name="Dimension">d.</param>
/// <param name="Candidates">m.</param>
/// <param name="RankTop">k.</param>
/// <param name="Noise">Standard deviation of the judge's error, as a share of the standard deviation of the values in the batch.</param>
/// <param name="SharedStart">Whether all seeds start at the same point.</param>
/// <param name="At">When the objective is recorded.</param>
/// <param name="Unit">What <paramref name="At"/> counts.</param>
internal sealed record Trial(
    string Label, string Optimizer, JsonElement Settings, string Function, int Dimension, int Candidates, int RankTop, double Noise, bool SharedStart, int[] At, TrialUnit Unit)
{
    // Where a method that diverges is held, so that the others' figures can be told from its.
    private const double Diverged = 1e100;

    /// <summary>Runs all seeds, from <paramref name="firstSeed"/> on.</summary>
    public Outcome Run(Catalog<IOptimizer> optimizers, Catalog<TestFunction> functions, int seeds, int firstSeed)
    {
        var (optimizer, function) = (optimizers[Optimizer], functions[Function]);
        var minimum = function.Value(function.Minimum(Dimension));
        var records = new List<Record>[At.Length];
        for (var i = 0; i < records.Length; i++)
        {
            records[i] = [];
        }

        var first = 0.0;
        for (var seed = firstSeed; seed < firstSeed + seeds; seed++)
        {
            var start = Start(Dimension, SharedStart ? 0 : 1 + (ulong)seed);
            var before = function.Value(start) - minimum;
            first += before / seeds;
            One(optimizer, function, start, (ulong)seed, (i, run, shown, compared) =>
            {
                var value = Math.Min(function.Value(run.Best) - minimum, Diverged);
                records[i].Add(new Record(SharedStart ? value : value / before, run.Round, shown, compared));
            });
        }

        return new Outcome(this, first, [.. records.Zip(At, Point.Of)]);
    }

    /// <summary>A start from N(0, I).</summary>
    public static double[] Start(int dimension, ulong key)
    {
        var start = new double[dimension];
        Engine.Noise.Philox(key, Purpose.Begin, 1).Normal(0, start);
        return start;
    }

    private void One(IOptimizer optimizer, TestFunction function, double[] start, ulong seed, Action<int, IRun, int, int> record)
    {
        var run = optimizer.Start(new Problem(start, Candidates, RankTop, new Geometry.Flat()), Settings, seed);
        var (block, shown, compared) = (Array.Empty<double>(), 0, 0);
        for (var next = 0; next < At.Length;)
        {
            var query = run.Query;
            Array.Resize(ref block, Math.Max(block.Length, query.Count * Dimension));
            run.Ask(new Batch(block, query.Count, Dimension));
            var values = Judged(function, block, query.Count, Engine.Noise.Philox(seed, Purpose.Oracle, run.Round));
            if ((query.Wants & JudgementKind.Ranking) != 0)
            {
                var order = Report.Order(values, query.RankTop);
                var ranking = Judgement.Ranking.Of(order);
                compared += Comparisons.CountOf(ranking, query.Count);
                run.Tell(ranking);
            }
            else
            {
                run.Tell(new Judgement.Values([.. values]));
            }

            // What was shown before tells a judge nothing new: it is asked again, not shown anew.
            shown += query.Count - query.Roles.Count(role => role.Kind is RoleKind.Incumbent or RoleKind.BestExplored);
            for (; next < At.Length && (Unit == TrialUnit.Rankings ? (int)run.Round : shown) >= At[next]; next++)
            {
                record(next, run, shown, compared);
            }
        }
    }

    private double[] Judged(TestFunction function, double[] block, int count, Noise noise)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = Math.Clamp(function.Value(block.AsSpan(i * Dimension, Dimension)), -Diverged, Diverged);
        }

        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        var errors = new double[count];
        noise.Normal(0, errors);
        return [.. values.Zip(errors, (value, error) => value + (Noise * deviation * error))];
    }

    /// <summary>What one seed reached.</summary>
    internal sealed record Record(double Value, uint Rankings, int Shown, int Compared);

    /// <summary>What all seeds reached by one moment.</summary>
    /// <param name="At">The moment, in the trial's unit.</param>
    /// <param name="Rankings">The median of the rankings (or other answers) asked.</param>
    /// <param name="Shown">The median of the candidates shown, each counted once.</param>
    /// <param name="Compared">The median of the comparisons gained; 0 for methods that are told values.</param>
    /// <param name="Lower">The objective's first quartile.</param>
    /// <param name="Median">The objective's median.</param>
    /// <param name="Upper">The objective's third quartile.</param>
    internal sealed record Point(int At, double Rankings, double Shown, double Compared, double Lower, double Median, double Upper)
    {
        public static Point Of(List<Record> all, int at)
        {
            var values = all.Select(r => r.Value).Order().ToArray();
            return new Point(
                at, Report.Median([.. all.Select(r => (double)r.Rankings)]), Report.Median([.. all.Select(r => (double)r.Shown)]),
                Report.Median([.. all.Select(r => (double)r.Compared)]), Quantile(values, 0.25), Quantile(values, 0.5), Quantile(values, 0.75));
        }

        private static double Quantile(double[] sorted, double share)
        {
            var place = share * (sorted.Length - 1);
            var below = (int)place;
            return below + 1 < sorted.Length ? sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below])) : sorted[^1];
        }
    }
}

/// <summary>What a trial's moments count.</summary>
internal enum TrialUnit
{
    /// <summary>Rankings asked.</summary>
    Rankings,

    /// <summary>Candidates shown.</summary>
    Candidates,
}

/// <summary>A trial and what it reached.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="First">The objective at the start, the mean over seeds.</param>
/// <param name="Points">The objective at each moment: itself when the start is shared, else as a share of the start's.</param>
internal sealed record Outcome(Trial Trial, double First, Trial.Point[] Points);
