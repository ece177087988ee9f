using System.Collections.Immutable;
using Ranking.Engine.Sessions;

namespace Ranking.Web.Admin;

/// <summary>What one rater gave to a session.</summary>
/// <param name="Name">Who.</param>
/// <param name="Rounds">Rounds answered that still count.</param>
/// <param name="Seconds">Median active seconds of an answer; null when no time is known.</param>
/// <param name="Last">When the last answer came.</param>
public sealed record RaterShare(string Name, int Rounds, double? Seconds, DateTimeOffset Last)
{
    // Under this nobody has looked at six pictures.
    private const double FastSeconds = 1.5;

    /// <summary>Whether half of the answers came faster than pictures can be looked at.</summary>
    public bool AnswersFast => Seconds < FastSeconds;

    /// <summary>The raters of a session, most rounds first.</summary>
    public static ImmutableArray<RaterShare> Of(SessionHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return
        [
            .. history.Rounds.SelectMany(round => round.Judgements)
                .GroupBy(judged => judged.Rater, StringComparer.Ordinal)
                .Select(own => new RaterShare(own.Key, own.Select(j => j.Round).Distinct().Count(), Median(own.Select(j => j.DurationMs)), own.Max(j => j.At)))
                .OrderByDescending(rater => rater.Rounds).ThenBy(rater => rater.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>The median of the durations that are known, in seconds; null when none is.</summary>
    public static double? Median(IEnumerable<long> milliseconds)
    {
        var known = milliseconds.Where(ms => ms > 0).Order().ToArray();
        return known.Length == 0 ? null : (known[(known.Length - 1) / 2] + known[known.Length / 2]) / 2000.0;
    }
}
