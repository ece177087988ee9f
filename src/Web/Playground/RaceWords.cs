using System.Collections.Immutable;
using System.Globalization;
using Ranking.Engine;
using Ranking.Engine.Playground;

namespace Ranking.Web.Playground;

/// <summary>The words and numbers in which the playground speaks of a race.</summary>
public static class RaceWords
{
    /// <summary>A kind of information as a heading.</summary>
    public static string Title(Information information) => information switch
    {
        Information.Rankings => "Rankings only",
        Information.Values => "Values",
        Information.Gradients => "Gradients",
        _ => "Gradients and curvature",
    };

    /// <summary>The names of those who take part; a second of the same title gets a number.</summary>
    public static ImmutableArray<string> Names(ImmutableArray<Pick> picks, Catalog<IOptimizer> optimizers)
    {
        ArgumentNullException.ThrowIfNull(optimizers);
        var seen = new Dictionary<string, int>();
        return
        [
            .. picks.Select(pick =>
            {
                var title = optimizers.Entry(pick.Key).Title;
                return (seen[title] = seen.GetValueOrDefault(title) + 1) is > 1 and var which ? $"{title} {which}" : title;
            }),
        ];
    }

    /// <summary>
    /// The places, from 1, in the order of the trajectories: first who reached the goal with the fewest evaluations,
    /// then who came lowest.
    /// </summary>
    public static ImmutableArray<int> Places(ImmutableArray<Trajectory> race)
    {
        (int, double) Merit(Trajectory t) => t.Outcome == Outcome.Reached ? (0, t.Evaluations[t.At]) : (1, t.Best);
        return [.. race.Select(own => 1 + race.Count(other => Merit(other).CompareTo(Merit(own)) < 0))];
    }

    /// <summary>1st, 2nd, 3rd, 4th …</summary>
    public static string Ordinal(int place) => (place % 100) is >= 11 and <= 13 ? $"{place}th" : $"{place}{(place % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" }}";

    /// <summary>How a run ended, where, and the style of its chip.</summary>
    public static (string Text, string Where, string Style) Ending(Trajectory trajectory)
    {
        ArgumentNullException.ThrowIfNull(trajectory);
        var where = $"at round {Whole(trajectory.At)}";
        return trajectory.Outcome switch
        {
            Outcome.Reached => ($"after {Whole(trajectory.Evaluations[trajectory.At])}", "", "ok"),
            Outcome.LeftMap => ("left the map", where, "warn"),
            Outcome.Diverged => ("diverged", where, "bad"),
            Outcome.Failed => ("stopped", where, "bad"),
            _ => ("no", "", ""),
        };
    }

    /// <summary>A whole number with a separator of thousands.</summary>
    public static string Whole(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A value in three figures.</summary>
    public static string Number(double value)
    {
        if (value == 0 || (Math.Abs(value) >= 1e-3 && Math.Abs(value) < 1e5))
        {
            var digits = value == 0 ? 0 : Math.Clamp(2 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 5);
            return Math.Round(value, digits).ToString("#,##0." + new string('#', digits), CultureInfo.InvariantCulture);
        }

        var power = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        var raised = string.Concat(power.ToString(CultureInfo.InvariantCulture).Select(c => c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0']));
        return string.Create(CultureInfo.InvariantCulture, $"{value / Math.Pow(10, power):0.0}×10{raised}");
    }

    /// <summary>The result of a race in one sentence.</summary>
    public static string Summary(ImmutableArray<Trajectory> race, ImmutableArray<string> names)
    {
        if (race.IsDefaultOrEmpty)
        {
            return "";
        }

        var (first, reached) = (Places(race).IndexOf(1), race.Count(t => t.Outcome == Outcome.Reached));
        var lost = race.Count(t => t.Outcome is Outcome.Diverged or Outcome.LeftMap or Outcome.Failed);
        var goal = RaceWords.Number(Race.Precision);
        var head = race[first].Outcome == Outcome.Reached
            ? $"{names[first]} came within {goal} of the lowest value first, after {race[first].Evaluations[race[first].At]} evaluations; {reached} of {race.Length} did."
            : $"Nobody came within {goal} of the lowest value; {names[first]} came nearest, {Number(race[first].Best)} above it.";
        return lost == 0 ? head : $"{head} {lost} went astray.";
    }
}
