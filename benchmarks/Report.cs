using System.Runtime.InteropServices;
using System.Text.Json;

namespace Ranking.Benchmarks;

/// <summary>What all suites share: the machine they ran on and how they measure.</summary>
internal static class Report
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static object Machine { get; } = new
    {
        Framework = RuntimeInformation.FrameworkDescription,
        Os = RuntimeInformation.OSDescription,
        Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
        Cores = Environment.ProcessorCount,
    };

    /// <summary>The median time of <paramref name="repeats"/> calls in milliseconds, after <paramref name="warmUps"/> unmeasured ones.</summary>
    public static double MedianMs(int warmUps, int repeats, Action call)
    {
        for (var i = 0; i < warmUps; i++)
        {
            call();
        }

        var times = new double[repeats];
        for (var i = 0; i < repeats; i++)
        {
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            call();
            times[i] = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return Median(times);
    }

    public static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The value below which the given share of <paramref name="values"/> lies.</summary>
    public static double Quantile(double[] values, double share) => values.Order().ElementAt((int)Math.Ceiling(share * values.Length) - 1);

    /// <summary>The places of the <paramref name="top"/> lowest losses, the lowest first.</summary>
    public static int[] Order(double[] losses, int top) => [.. Enumerable.Range(0, losses.Length).OrderBy(i => losses[i]).Take(top)];

    /// <summary>The word after <paramref name="name"/> on the command line; null when there is none.</summary>
    public static string? Argument(IReadOnlyList<string> args, string name)
    {
        var at = args.ToList().IndexOf(name);
        return at >= 0 && at + 1 < args.Count ? args[at + 1] : null;
    }

    /// <summary>The number after <paramref name="name"/> on the command line.</summary>
    public static int Number(IReadOnlyList<string> args, string name, int otherwise) =>
        Argument(args, name) is { } word ? int.Parse(word, System.Globalization.CultureInfo.InvariantCulture) : otherwise;

    /// <summary>The repository's folder.</summary>
    public static string Home()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Ranking.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The benchmarks run inside the repository.");
        }

        return folder;
    }
}
