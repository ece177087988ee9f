using System.Collections.Immutable;
using Ranking.Engine.Sessions;

namespace Ranking.Engine.Plots;

/// <summary>What the horizontal axis of a session's plots counts.</summary>
public enum RoundAxis
{
    /// <summary>Judged rounds.</summary>
    Rounds,

    /// <summary>Comparisons gained so far.</summary>
    Comparisons,

    /// <summary>Active minutes of the raters so far.</summary>
    Minutes,
}

/// <summary>Draws plots of rounds against something else.</summary>
public static class RoundAxes
{
    /// <summary>The same figure with its rounds at other places; the figure itself for <see cref="RoundAxis.Rounds"/>.</summary>
    public static Figure Against(this Figure figure, RoundAxis axis, SessionHistory history)
    {
        ArgumentNullException.ThrowIfNull(figure);
        ArgumentNullException.ThrowIfNull(history);
        if (axis == RoundAxis.Rounds)
        {
            return figure;
        }

        var place = ImmutableArray.CreateBuilder<double>();
        place.Add(0);
        foreach (var round in history.Rounds.Where(r => r.Skip is null))
        {
            place.Add(place[^1] + (axis == RoundAxis.Comparisons ? round.Comparisons : round.Judgements.Sum(j => j.DurationMs) / 60_000.0));
        }

        // As long as the plan at the pace so far, so that the curve keeps its place while rounds are added.
        var end = place.Count > 1 ? place[^1] * figure.XTo / (place.Count - 1) : 1;
        return figure with
        {
            XTitle = axis == RoundAxis.Comparisons ? "comparisons" : "active minutes",
            XFrom = 0,
            XTo = end > 0 ? end : 1,
            Series = [.. figure.Series.Select(series => series with { X = [.. series.X.Select(x => place[(int)x])] })],
        };
    }
}
