using System.Collections.Immutable;
using System.Globalization;
using Ranking.Engine.Sessions;

namespace Ranking.Engine.Plots;

/// <summary>A plot of a session's past: a catalogue entry that turns a history into a figure.</summary>
public abstract class Plot
{
    /// <summary>Where it stands among the plots, lowest first.</summary>
    public abstract int Order { get; }

    /// <summary>Why it can not be drawn for this history, in one sentence; null when it can.</summary>
    public virtual string? Missing(SessionHistory history) => null;

    /// <summary>Draws it. A history without rounds gives axes without points.</summary>
    public abstract Figure Draw(SessionHistory history);

    /// <summary>The rounds that taught something, in order: the first of them is what people call round 1.</summary>
    protected static ImmutableArray<RoundRecord> Judged(SessionHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return [.. history.Rounds.Where(round => round.Skip is null)];
    }

    /// <summary>The numbers from 1 to the number of rounds.</summary>
    protected static ImmutableArray<double> Numbers(ImmutableArray<RoundRecord> rounds) => [.. Enumerable.Range(1, rounds.Length).Select(i => (double)i)];

    /// <summary>
    /// Where the axis of rounds ends, so that a new round moves no other: 20 rounds or the planned length if that is
    /// shorter, half as much again whenever it is passed.
    /// </summary>
    protected static double Horizon(SessionHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var end = Math.Min(history.Config.MaxRounds, 20);
        while (end < history.Rounds.Length)
        {
            end = (end * 3 / 2) + 1;
        }

        return end;
    }

    /// <summary>A number with about three significant figures, for labels.</summary>
    protected static string Rounded(double value) => Math.Abs(value) switch
    {
        0 => "0",
        < 1e-3 or >= 1e5 => value.ToString("0.0e+0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
