using System.Collections.Immutable;
using Ranking.Engine;
using Ranking.Engine.Sessions;

namespace Ranking.Web.Rate;

/// <summary>An answer as the browser sends it; it is kept there until a reply has come.</summary>
/// <param name="BatchId">The batch that was shown.</param>
/// <param name="JudgementId">Made in the browser when the batch was shown.</param>
/// <param name="Kind"><c>order</c>, <c>noneBetter</c>, <c>allAlike</c>, <c>broken</c> or <c>skip</c>.</param>
/// <param name="Tiers">For an order: candidate indices, best tier first.</param>
/// <param name="Reason">For a skip: why.</param>
/// <param name="DurationMs">Active time in milliseconds.</param>
public sealed record AnswerMessage(string BatchId, Guid JudgementId, string Kind, int[][]? Tiers, string? Reason, long DurationMs)
{
    /// <summary>The command that stores it; null when the message is malformed.</summary>
    /// <param name="rater">Who answers.</param>
    public SessionCommand? ToCommand(string rater)
    {
        if (Kind == "skip")
        {
            return new SessionCommand.Skip(BatchId, JudgementId, rater, Reason ?? "");
        }

        Judgement? judgement = Kind switch
        {
            "order" when Tiers is not null => new Judgement.Ranking([.. Tiers.Select(tier => tier.ToImmutableArray())]),
            "noneBetter" => new Judgement.Overall(Verdict.NoneBetter),
            "allAlike" => new Judgement.Overall(Verdict.AllAlike),
            "broken" => new Judgement.Overall(Verdict.AllBroken),
            _ => null,
        };
        return judgement is null ? null : new SessionCommand.Judge(BatchId, JudgementId, rater, judgement, Math.Max(0, DurationMs));
    }
}

/// <summary>What the browser hears back.</summary>
/// <param name="Status"><c>accepted</c>, <c>stale</c>, <c>invalid</c> or <c>error</c> (nothing was stored; try again).</param>
/// <param name="Text">What to say.</param>
public sealed record AnswerReply(string Status, string Text);

/// <summary>The answer that was just counted.</summary>
/// <param name="Round">The round, from 1.</param>
/// <param name="Code">Its short name.</param>
/// <param name="Comparisons">Comparisons it gave.</param>
/// <param name="Said">The answer in words, for answers that are no order.</param>
/// <param name="Tiers">Candidates by tier, best first; empty when it is no order.</param>
public sealed record Receipt(int Round, string Code, int Comparisons, string? Said, ImmutableArray<ImmutableArray<CandidateView>> Tiers);

/// <summary>A round that another window answered while this one had a draft.</summary>
/// <param name="Round">The round, from 1.</param>
/// <param name="Counts">The answer that counts, as tiers of candidates; empty when it is no order.</param>
/// <param name="Said">The answer that counts, in words.</param>
/// <param name="Own">The draft of this window.</param>
public sealed record StaleRound(
    int Round, ImmutableArray<ImmutableArray<CandidateView>> Counts, string Said, ImmutableArray<ImmutableArray<CandidateView>> Own);
