using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Ranking.Engine;

/// <summary>What an optimiser can learn from, and what a judge can give.</summary>
[Flags]
public enum JudgementKind
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>An order of the candidates, possibly with ties and with candidates left out.</summary>
    Ranking = 1,

    /// <summary>One number per candidate, lower is better.</summary>
    Values = 2,

    /// <summary>One number and one gradient per candidate.</summary>
    Gradients = 4,
}

/// <summary>An answer about the batch as a whole. None of them is a tie, and each teaches something else.</summary>
public enum Verdict
{
    /// <summary>No candidate is better than the incumbent.</summary>
    NoneBetter,

    /// <summary>The judge sees no difference: the next candidates should differ more.</summary>
    AllAlike,

    /// <summary>No candidate can be used: the next candidates should differ less.</summary>
    AllBroken,
}

/// <summary>
/// One judge's answer to one batch: a closed set of cases. Values may become rankings; rankings never become values.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Ranking), "ranking")]
[JsonDerivedType(typeof(Overall), "overall")]
[JsonDerivedType(typeof(Values), "values")]
[JsonDerivedType(typeof(Gradients), "gradients")]
public abstract record Judgement
{
    private Judgement()
    {
    }

    /// <summary>The kind of feedback this judgement is.</summary>
    [JsonIgnore]
    public JudgementKind Kind => this switch
    {
        Values => JudgementKind.Values,
        Gradients => JudgementKind.Gradients,
        _ => JudgementKind.Ranking,
    };

    /// <summary>Says why this judgement does not fit a batch of <paramref name="count"/> candidates; null when it fits.</summary>
    public abstract string? Refusal(int count);

    /// <summary>
    /// A weak order. Best tier first; candidates in one tier tie; candidates in no tier lost to all that are listed
    /// and are not compared with each other.
    /// </summary>
    /// <param name="Tiers">Candidate indices from 0, best tier first; each candidate at most once.</param>
    public sealed record Ranking(ImmutableArray<ImmutableArray<int>> Tiers) : Judgement
    {
        /// <summary>A strict order of single candidates, best first.</summary>
        public static Ranking Of(params ReadOnlySpan<int> bestFirst)
        {
            var tiers = ImmutableArray.CreateBuilder<ImmutableArray<int>>(bestFirst.Length);
            foreach (var candidate in bestFirst)
            {
                tiers.Add([candidate]);
            }

            return new Ranking(tiers.MoveToImmutable());
        }

        /// <inheritdoc/>
        public override string? Refusal(int count)
        {
            if (Tiers.IsDefaultOrEmpty)
            {
                return "A ranking lists at least one candidate.";
            }

            var seen = new bool[count];
            foreach (var tier in Tiers)
            {
                if (tier.IsDefaultOrEmpty)
                {
                    return "A tier lists at least one candidate.";
                }

                foreach (var candidate in tier)
                {
                    if ((uint)candidate >= (uint)count)
                    {
                        return $"Candidate {candidate} is not in this batch of {count}.";
                    }

                    if (seen[candidate])
                    {
                        return $"Candidate {candidate} is listed twice.";
                    }

                    seen[candidate] = true;
                }
            }

            return null;
        }
    }

    /// <summary>One answer about all candidates together.</summary>
    public sealed record Overall(Verdict Verdict) : Judgement
    {
        /// <inheritdoc/>
        public override string? Refusal(int count) => Enum.IsDefined(Verdict) ? null : "Unknown verdict.";
    }

    /// <summary>One finite number per candidate, in candidate order; lower is better.</summary>
    public sealed record Values(ImmutableArray<double> Losses) : Judgement
    {
        /// <inheritdoc/>
        public override string? Refusal(int count) =>
            Losses.IsDefault || Losses.Length != count ? $"Values are needed for each of the {count} candidates."
            : Losses.Any(loss => !double.IsFinite(loss)) ? "Values must be finite numbers."
            : null;

        /// <summary>The ranking of these values: ascending, equal values tie.</summary>
        public Ranking ToRanking()
        {
            var losses = Losses;
            return new Ranking([.. Enumerable.Range(0, losses.Length).GroupBy(i => losses[i]).OrderBy(g => g.Key).Select(g => g.ToImmutableArray())]);
        }
    }

    /// <summary>One finite number and one gradient row per candidate.</summary>
    /// <param name="Losses">One number per candidate; lower is better.</param>
    /// <param name="Rows">The gradients, one row of the problem's dimension per candidate, in one block.</param>
    public sealed record Gradients(ImmutableArray<double> Losses, ImmutableArray<double> Rows) : Judgement
    {
        /// <inheritdoc/>
        public override string? Refusal(int count) =>
            Losses.IsDefault || Losses.Length != count ? $"Values are needed for each of the {count} candidates."
            : Rows.IsDefault || Rows.Length == 0 || Rows.Length % count != 0 ? "Gradients need one row per candidate."
            : Losses.Any(loss => !double.IsFinite(loss)) || Rows.Any(entry => !double.IsFinite(entry)) ? "Values and gradients must be finite numbers."
            : null;
    }
}
