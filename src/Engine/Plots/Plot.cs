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

    /// <summary>Where the axis of rounds ends, so that new rounds do not move the old ones: the planned length at first, half as much again when it is long or passed.</summary>
    protected static double Horizon(SessionHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var planned = Math.Min(history.Config.MaxRounds, 20);
        while (planned < history.Rounds.Length)
        {
            planned = (planned * 3 / 2) + 1;
        }

        return planned;
    }

    /// <summary>The numbers of the judged rounds, from 1: what people call them.</summary>
    protected static ImmutableArray<double> Rounds(SessionHistory history) => [.. Enumerable.Range(1, history.Rounds.Length).Select(i => (double)i)];

    /// <summary>A number with three significant figures or so, for labels.</summary>
    protected static string Rounded(double value) =>
        Math.Abs(value) is >= 1e5 or (< 1e-3 and > 0) ? value.ToString("0.0e+0", CultureInfo.InvariantCulture)
        : Math.Abs(value) >= 100 ? value.ToString("0", CultureInfo.InvariantCulture)
        : Math.Abs(value) >= 10 ? value.ToString("0.0", CultureInfo.InvariantCulture)
        : value.ToString("0.00", CultureInfo.InvariantCulture);
}
