namespace Ranking.Engine.Bandits;

/// <summary>How often each of a fixed set of items beat each other one.</summary>
/// <param name="items">How many items there are.</param>
public sealed class Duels(int items)
{
    private readonly int[] _wins = new int[items * items];

    /// <summary>How many items there are.</summary>
    public int Items => items;

    /// <summary>How many duels were decided.</summary>
    public int Total { get; private set; }

    /// <summary>How often one item beat another.</summary>
    public int Wins(int winner, int loser) => _wins[(winner * items) + loser];

    /// <summary>How often two items met.</summary>
    public int Met(int one, int other) => Wins(one, other) + Wins(other, one);

    /// <summary>Adds one decided duel; an item's duel with itself says nothing.</summary>
    public void Add(int winner, int loser)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)winner, (uint)items, nameof(winner));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)loser, (uint)items, nameof(loser));
        if (winner != loser)
        {
            _wins[(winner * items) + loser]++;
            Total++;
        }
    }

    /// <summary>Adds each pair that a ranking of some items decides.</summary>
    /// <param name="shown">The items, in the order of the ranking's candidates.</param>
    /// <param name="ranking">The ranking.</param>
    /// <exception cref="ArgumentException">The ranking does not fit the items shown.</exception>
    public void Add(IReadOnlyList<int> shown, Judgement.Ranking ranking)
    {
        ArgumentNullException.ThrowIfNull(shown);
        ArgumentNullException.ThrowIfNull(ranking);
        if (ranking.Refusal(shown.Count) is { } refusal)
        {
            throw new ArgumentException(refusal, nameof(ranking));
        }

        var below = Enumerable.Range(0, shown.Count).ToHashSet();
        foreach (var tier in ranking.Tiers)
        {
            below.ExceptWith(tier);
            foreach (var winner in tier)
            {
                foreach (var loser in below)
                {
                    Add(shown[winner], shown[loser]);
                }
            }
        }
    }
}
