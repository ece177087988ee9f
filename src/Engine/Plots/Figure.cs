using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace Ranking.Engine.Plots;

/// <summary>How a series is drawn.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Shape>))]
public enum Shape
{
    /// <summary>A line through the points.</summary>
    Line,

    /// <summary>A line with the ground below it tinted.</summary>
    Area,

    /// <summary>A bar from zero for each point.</summary>
    Bars,

    /// <summary>Hollow squares that single points out.</summary>
    Squares,
}

/// <summary>What a series' colour means; the same on every page.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Tone>))]
public enum Tone
{
    /// <summary>Nothing but "another one": the next colour, dash and marker of the cycle.</summary>
    Series,

    /// <summary>What the person did.</summary>
    Accent,

    /// <summary>Best so far.</summary>
    Best,

    /// <summary>Where it started.</summary>
    Start,

    /// <summary>The positive side of a diverging scale.</summary>
    Positive,

    /// <summary>The negative side of a diverging scale.</summary>
    Negative,
}

/// <summary>Numbers that belong together.</summary>
/// <param name="Name">Its name in legend and table.</param>
/// <param name="X">Positions, as many as <paramref name="Y"/>.</param>
/// <param name="Y">Finite values.</param>
public sealed record Series(string Name, ImmutableArray<double> X, ImmutableArray<double> Y)
{
    /// <summary>How it is drawn.</summary>
    public Shape Shape { get; init; } = Shape.Line;

    /// <summary>What its colour means.</summary>
    public Tone Tone { get; init; } = Tone.Series;

    /// <summary>Which colour, dash and marker of the cycle it has, from 0; used by <see cref="Tone.Series"/>.</summary>
    public int Cycle { get; init; }

    /// <summary>The lower ends of an interval around <see cref="Y"/>; empty without one.</summary>
    public ImmutableArray<double> Lower { get; init; } = [];

    /// <summary>The upper ends of an interval around <see cref="Y"/>; empty without one.</summary>
    public ImmutableArray<double> Upper { get; init; } = [];

    /// <summary>The text beside the last point.</summary>
    public string Label { get; init; } = "";
}

/// <summary>A value to compare with: a dashed line, or a grey band where both ends differ.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end; equal to <paramref name="Low"/> for a line.</param>
/// <param name="Name">What it is.</param>
public sealed record Level(double Low, double High, string Name);

/// <summary>A plot as data: pages draw it, programs read it, tests check it.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="Unit">Unit and method, in one line.</param>
/// <param name="XTitle">The unit of the horizontal axis.</param>
/// <param name="Series">At most eight.</param>
public sealed record Figure(string Title, string Unit, string XTitle, ImmutableArray<Series> Series)
{
    /// <summary>Values to compare with.</summary>
    public ImmutableArray<Level> Levels { get; init; } = [];

    /// <summary>Where the horizontal axis begins.</summary>
    public double XFrom { get; init; }

    /// <summary>Where the horizontal axis ends at least, so that a new point moves nothing.</summary>
    public double XTo { get; init; }

    /// <summary>Whether the vertical axis includes zero.</summary>
    public bool FromZero { get; init; }

    /// <summary>Whether the vertical axis is logarithmic.</summary>
    public bool LogY { get; init; }

    /// <summary>What the figure says in one sentence, for those who do not see it.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The numbers as a table: one row for each position, one column for each series (three where it has an interval).</summary>
    public (ImmutableArray<string> Head, ImmutableArray<ImmutableArray<string>> Rows) Table()
    {
        var head = ImmutableArray.CreateBuilder<string>();
        head.Add(XTitle);
        foreach (var series in Series)
        {
            head.Add(series.Name);
            if (!series.Lower.IsEmpty)
            {
                head.Add($"{series.Name}, lower");
                head.Add($"{series.Name}, upper");
            }
        }

        var columns = Series.Select(s => s.X.Zip(Enumerable.Range(0, s.X.Length)).GroupBy(p => p.First).ToDictionary(g => g.Key, g => g.Last().Second)).ToArray();
        var rows = Series.SelectMany(s => s.X).Distinct().Order().Select(x =>
        {
            var row = ImmutableArray.CreateBuilder<string>(head.Count);
            row.Add(Text(x));
            for (var s = 0; s < columns.Length; s++)
            {
                var has = columns[s].TryGetValue(x, out var at);
                row.Add(has ? Text(Series[s].Y[at]) : "");
                if (!Series[s].Lower.IsEmpty)
                {
                    row.Add(has ? Text(Series[s].Lower[at]) : "");
                    row.Add(has ? Text(Series[s].Upper[at]) : "");
                }
            }

            return row.MoveToImmutable();
        });
        return (head.ToImmutable(), [.. rows]);
    }

    /// <summary>The table as comma-separated values (RFC 4180), numbers in the invariant culture.</summary>
    public string ToCsv()
    {
        var (head, rows) = Table();
        var csv = new StringBuilder();
        foreach (var row in rows.Insert(0, head))
        {
            csv.AppendJoin(',', row.Select(Quoted)).Append("\r\n");
        }

        return csv.ToString();
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Quoted(string cell) => cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
