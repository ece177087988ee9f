namespace Ranking.Engine.Bandits;

/// <summary>
/// Relative upper confidence bounds: an item that may still beat all others meets the one that most probably beats it.
/// </summary>
[Entry("rucb", "RUCB",
    Summary = "Compares an item that may be the best with its most promising challenger.",
    Source = "Zoghi, Whiteson, Munos, de Rijke: Relative Upper Confidence Bound for the K-Armed Dueling Bandit Problem, ICML 2014, arXiv 1312.3393")]
public sealed class Rucb : DuelingBandit
{
    /// <summary>α, more than ½: how much doubt a meeting leaves.</summary>
    public double Alpha { get; init; } = 0.51;

    /// <summary>The items that may beat all others.</summary>
    /// <param name="duels">What is known.</param>
    /// <param name="t">The number of the duel, from 1.</param>
    public int[] Candidates(Duels duels, int t)
    {
        ArgumentNullException.ThrowIfNull(duels);
        var items = Enumerable.Range(0, duels.Items);
        return [.. items.Where(i => items.All(j => Bound(duels, i, j, t, Alpha) >= 0.5))];
    }

    /// <inheritdoc/>
    public override Duel Next(Duels duels, int? champion, Noise noise)
    {
        ArgumentNullException.ThrowIfNull(duels);
        ArgumentNullException.ThrowIfNull(noise);
        var t = duels.Total + 1;
        var candidates = Candidates(duels, t);
        var kept = candidates.Length == 1 ? candidates[0]
            : champion is { } last && candidates.Contains(last) ? last
            : (int?)null;
        var first = candidates.Length == 0 ? One([.. Enumerable.Range(0, duels.Items)], noise)
            : kept is { } favourite && (candidates.Length == 1 || noise.Uniform(0, 0) < 0.5) ? favourite
            : One([.. candidates.Where(c => c != kept)], noise);
        var merits = new double[duels.Items];
        for (var j = 0; j < merits.Length; j++)
        {
            merits[j] = Bound(duels, j, first, t, Alpha);
        }

        // An equal challenger comes before the item itself, which would teach nothing.
        merits[first] = Math.BitDecrement(merits[first]);
        return new Duel(first, Largest(merits, noise, 1), kept);
    }

    private static int One(int[] items, Noise noise) => items[(int)(noise.Uniform(0, 1) * items.Length)];
}
