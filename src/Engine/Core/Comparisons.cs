namespace Ranking.Engine;

/// <summary>
/// The comparison graph of one or several rankings of a batch, as wins and losses. Each strictly ordered pair is an
/// edge; several rankings give the union of their edges as a multiset. Rankings that contradict each other, in a circle
/// of several judges too, need no repair: their edges cancel in the net wins, which sum to zero. This is the single place
/// where rank weights come from (Tang, Rybin, Chang, ICLR 2024, equation 5).
/// </summary>
public sealed class Comparisons
{
    private readonly int[] _netWins;

    private Comparisons(int count) => _netWins = new int[count];

    /// <summary>How many candidates the batch has.</summary>
    public int Candidates => _netWins.Length;

    /// <summary>How many edges the graph has; for a strict top-k of m it is k(k-1)/2 + k(m-k).</summary>
    public int Count { get; private set; }

    /// <summary>Wins minus losses of candidate <paramref name="candidate"/>.</summary>
    public int NetWins(int candidate) => _netWins[candidate];

    /// <summary>The graph of the given rankings over <paramref name="count"/> candidates, in O(count) for each ranking.</summary>
    /// <exception cref="ArgumentException">A ranking does not fit the batch.</exception>
    public static Comparisons From(int count, params ReadOnlySpan<Judgement.Ranking> rankings)
    {
        var graph = new Comparisons(count);
        foreach (var ranking in rankings)
        {
            if (ranking.Refusal(count) is { } refusal)
            {
                throw new ArgumentException(refusal, nameof(rankings));
            }

            graph.Add(ranking);
        }

        return graph;
    }

    /// <summary>The graph of explicit pairs, used as given, without transitive closure.</summary>
    public static Comparisons FromPairs(int count, params ReadOnlySpan<(int Winner, int Loser)> pairs)
    {
        var graph = new Comparisons(count);
        foreach (var (winner, loser) in pairs)
        {
            graph._netWins[winner]++;
            graph._netWins[loser]--;
            graph.Count++;
        }

        return graph;
    }

    /// <summary>How many pairs a ranking of <paramref name="count"/> candidates decides.</summary>
    public static int CountOf(Judgement.Ranking ranking, int count) => From(count, ranking).Count;

    /// <summary>All candidates, most net wins first, ties by index: the order that selection methods use.</summary>
    public int[] Order()
    {
        var order = Enumerable.Range(0, Candidates).ToArray();
        Array.Sort(order, (a, b) => _netWins[a] != _netWins[b] ? _netWins[b].CompareTo(_netWins[a]) : a.CompareTo(b));
        return order;
    }

    /// <summary>
    /// One weight per candidate from weights per rank (best first): candidates with equal net wins share the mean of
    /// the weights of the places they occupy, so ties favour nobody.
    /// </summary>
    public void Spread(ReadOnlySpan<double> weightOfRank, Span<double> weightOfCandidate)
    {
        var order = Order();
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && _netWins[order[end]] == _netWins[order[start]])
            {
                end++;
            }

            var sum = 0.0;
            for (var place = start; place < end; place++)
            {
                sum += weightOfRank[place];
            }

            for (var place = start; place < end; place++)
            {
                weightOfCandidate[order[place]] = sum / (end - start);
            }

            start = end;
        }
    }

    private void Add(Judgement.Ranking ranking)
    {
        var above = 0;
        Span<bool> listed = Candidates <= 256 ? stackalloc bool[Candidates] : new bool[Candidates];
        foreach (var tier in ranking.Tiers)
        {
            var below = Candidates - above - tier.Length;
            foreach (var candidate in tier)
            {
                _netWins[candidate] += below - above;
                listed[candidate] = true;
            }

            Count += tier.Length * below;
            above += tier.Length;
        }

        for (var candidate = 0; candidate < Candidates; candidate++)
        {
            if (!listed[candidate])
            {
                _netWins[candidate] -= above;
            }
        }
    }
}
