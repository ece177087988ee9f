using System.Collections.Immutable;
using Ranking.Engine.Sessions;

namespace Ranking.Web.Admin;

/// <summary>What a line of the list shows of a session's course.</summary>
/// <param name="Start">The candidate id of the start; null where it has no picture.</param>
/// <param name="Best">The candidate id of the best so far; null before the first round.</param>
/// <param name="Moved">Distance from the start after each judged round.</param>
/// <param name="Raters">Who answered.</param>
public sealed record Glance(string? Start, string? Best, ImmutableArray<double> Moved, ImmutableArray<string> Raters)
{
    /// <summary>
    /// The glance of a session. The open round keeps its secret: the best shown is that of the round before, which
    /// raters have seen already.
    /// </summary>
    public static Glance Of(RoundView view, SessionHistory history)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(history);
        var pictured = view.Bests.Where(best => best.Picture is not null).ToArray();
        return new Glance(
            pictured.FirstOrDefault()?.CandidateId,
            pictured.Length > 1 ? pictured[^1].CandidateId : null,
            [.. history.Rounds.Where(r => r.Skip is null).Select(r => r.Distance)],
            [.. RaterShare.Of(history).Select(rater => rater.Name)]);
    }

    /// <summary>The curve of distances as points of an SVG polyline in a box.</summary>
    public string Points(double width, double height)
    {
        var top = Moved.Append(0).Max() is > 0 and var max ? max : 1;
        double[] values = [0, .. Moved];
        return string.Join(' ', values.Select((value, i) => FormattableString.Invariant($"{2 + (i * (width - 4) / Math.Max(1, values.Length - 1)):0.#},{height - 3 - (value * (height - 6) / top):0.#}")));
    }
}
