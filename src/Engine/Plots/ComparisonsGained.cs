using System.Collections.Immutable;
using System.Globalization;
using Ranking.Engine.Sessions;

namespace Ranking.Engine.Plots;

/// <summary>How much the judges have said: comparisons over all rounds so far.</summary>
[Entry("comparisons-gained", "Comparisons gained", Summary = "Pairs that the answers decided, added up over the rounds.")]
public sealed class ComparisonsGained : Plot
{
    /// <inheritdoc/>
    public override int Order => 3;

    /// <inheritdoc/>
    public override Figure Draw(SessionHistory history)
    {
        var rounds = Judged(history);
        var sums = ImmutableArray.CreateBuilder<double>();
        sums.Add(0);
        foreach (var round in rounds)
        {
            sums.Add(sums[^1] + round.Comparisons);
        }

        var last = sums[^1].ToString("0", CultureInfo.InvariantCulture);
        return new Figure("Comparisons gained", "decided pairs, added up", "round",
            [new Series("comparisons", [0, .. Numbers(rounds)], sums.ToImmutable()) { Shape = Shape.Area, Tone = Tone.Accent, Label = rounds.IsEmpty ? "" : last }])
        {
            XTo = Horizon(history),
            FromZero = true,
            Summary = $"{last} comparisons in {rounds.Length} rounds.",
        };
    }
}
