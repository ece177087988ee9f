using System.Text.Json;
using Ranking.Engine.Sessions;

namespace Ranking.Web.Admin;

/// <summary>One comparison that a judgement implies, in the shape that preference-learning tools read.</summary>
/// <param name="Prompt">What the samples were made from, or what was asked.</param>
/// <param name="Chosen">The candidate that won.</param>
/// <param name="Rejected">The candidate that lost.</param>
/// <param name="ChosenPicture">The hash of the winner's picture; null where there is none.</param>
/// <param name="RejectedPicture">The hash of the loser's picture; null where there is none.</param>
/// <param name="Rater">Who judged.</param>
/// <param name="Session">The session.</param>
/// <param name="Round">The batch number, from 0.</param>
/// <param name="Judgement">The judgement that implies it.</param>
public sealed record PairLine(
    string Prompt, string Chosen, string Rejected, string? ChosenPicture, string? RejectedPicture, string Rater, Guid Session, uint Round, Guid Judgement)
{
    /// <summary>All pairs of a judgement, the best winner first: ties and skips give none, and of two that were left out neither won.</summary>
    public static IEnumerable<PairLine> Of(ExportLine line, string prompt)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (line.Judgement is null)
        {
            yield break;
        }

        var losers = Enumerable.Range(0, line.Candidates.Count).ToList();
        foreach (var tier in RoundWords.Tiers(line.Judgement))
        {
            losers.RemoveAll(candidate => tier.Contains(candidate));
            foreach (var chosen in tier)
            {
                foreach (var rejected in losers)
                {
                    yield return new(
                        prompt, line.Candidates[chosen], line.Candidates[rejected], Picture(chosen), Picture(rejected), line.Rater, line.Session, line.Round, line.Id);
                }
            }
        }

        string? Picture(int candidate) => candidate < line.Pictures.Count && line.Pictures[candidate].Length > 0 ? line.Pictures[candidate] : null;
    }

    /// <summary>The pair as one JSON object.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SessionJson.Options);
}
