using System.Collections.Immutable;
using Ranking.Engine.Optimizers;

namespace Ranking.Engine.Tests.Laws;

/// <summary>Statements about comparison graphs over many random weak orders; a failure names its seed.</summary>
public sealed class ComparisonLaws
{
    private const uint Seeds = 400;

    [Fact]
    public void Net_wins_sum_to_zero_and_agree_with_the_edges()
    {
        for (var seed = 0u; seed < Seeds; seed++)
        {
            var (ranking, count) = WeakOrder(seed);
            var graph = Comparisons.From(count, ranking);
            var edges = Edges(ranking, count);
            Assert.True(graph.Count == edges.Count, $"seed {seed}");
            for (var i = 0; i < count; i++)
            {
                Assert.True(graph.NetWins(i) == edges.Count(e => e.Winner == i) - edges.Count(e => e.Loser == i), $"seed {seed}, candidate {i}");
            }

            Assert.True(Enumerable.Range(0, count).Sum(graph.NetWins) == 0, $"seed {seed}");
            Assert.Equal(graph.Count, Comparisons.FromPairs(count, [.. edges]).Count);
        }
    }

    [Fact]
    public void A_strict_top_k_of_m_has_the_published_number_of_edges()
    {
        for (var m = 1; m <= 8; m++)
        {
            for (var k = 1; k <= m; k++)
            {
                Assert.Equal((k * m) - (k * (k + 1) / 2), Comparisons.From(m, Judgement.Ranking.Of([.. Enumerable.Range(0, k)])).Count);
            }
        }
    }

    [Fact]
    public void Several_judgements_are_the_union_of_their_edges()
    {
        for (var seed = 0u; seed < Seeds; seed++)
        {
            var (first, count) = WeakOrder(seed);
            var second = Judgement.Ranking.Of(Noise.Philox(5, Purpose.Oracle, seed).Permutation(1, count));
            var (a, b, both) = (Comparisons.From(count, first), Comparisons.From(count, second), Comparisons.From(count, first, second));
            Assert.Equal(a.Count + b.Count, both.Count);
            Assert.All(Enumerable.Range(0, count), i => Assert.Equal(a.NetWins(i) + b.NetWins(i), both.NetWins(i)));
        }
    }

    [Fact]
    public void Renumbering_candidates_renumbers_net_wins()
    {
        for (var seed = 0u; seed < Seeds; seed++)
        {
            var (ranking, count) = WeakOrder(seed);
            var names = Noise.Philox(6, Purpose.Oracle, seed).Permutation(0, count);
            var (graph, renamed) = (Comparisons.From(count, ranking), Comparisons.From(count, Renamed(ranking, names)));
            Assert.All(Enumerable.Range(0, count), i => Assert.Equal(graph.NetWins(i), renamed.NetWins(names[i])));
        }
    }

    [Fact]
    public void Spreading_weights_over_ties_keeps_their_sum()
    {
        for (var seed = 0u; seed < Seeds; seed++)
        {
            var (ranking, count) = WeakOrder(seed);
            double[] byRank = [.. Enumerable.Range(0, count).Select(i => Math.Exp(-i) - 0.2)];
            var byCandidate = new double[count];
            Comparisons.From(count, ranking).Spread(byRank, byCandidate);
            Assert.Equal(byRank.Sum(), byCandidate.Sum(), 1e-12);
        }
    }

    [Fact]
    public void Renumbering_candidates_leads_to_the_same_point()
    {
        for (var seed = 0u; seed < 20; seed++)
        {
            int[] names = Noise.Philox(6, Purpose.Oracle, seed).Permutation(0, 6);
            var problem = new Problem([1, 2, 3, 4], 6, 4, new Geometry.Flat());
            Compare(new ZoRankSgd(), new() { Variant = ZoRankSgd.Variant.Constant }, problem, seed, names);
            Compare(new CmaEs(), new(), problem, seed, names);
        }
    }

    private static void Compare<TSettings, TState>(Optimizer<TSettings, TState> method, TSettings settings, Problem problem, uint seed, int[] names)
        where TSettings : class, new()
        where TState : class
    {
        var run = method.Start(problem, settings, (purpose, round) => Noise.Philox(seed, purpose, round));
        var renamed = method.Start(problem, settings, (purpose, round) => new Renumbered(Noise.Philox(seed, purpose, round), names));
        for (var round = 0u; round < 6; round++)
        {
            var ranking = Judgement.Ranking.Of(Noise.Philox(seed, Purpose.Oracle, round).Permutation(0, 6).AsSpan(0, 4));
            run.Tell(ranking);
            renamed.Tell(Renamed(ranking, names));
            Assert.All(run.Best.ToArray().Zip(renamed.Best.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-9 * Math.Max(1, Math.Abs(pair.First))));
        }
    }

    private static Judgement.Ranking Renamed(Judgement.Ranking ranking, int[] names) =>
        new([.. ranking.Tiers.Select(tier => tier.Select(i => names[i]).ToImmutableArray())]);

    // A random weak order of 2 to 9 candidates, possibly with some unlisted.
    private static (Judgement.Ranking Ranking, int Count) WeakOrder(uint seed)
    {
        var noise = Noise.Philox(17, Purpose.Oracle, seed);
        var count = 2 + (int)(noise.Uniform(100, 0) * 8);
        var listed = 1 + (int)(noise.Uniform(100, 1) * count);
        var tiers = new List<ImmutableArray<int>>();
        foreach (var candidate in noise.Permutation(0, count).Take(listed))
        {
            if (tiers.Count > 0 && noise.Uniform(200 + candidate, 0) < 0.4)
            {
                tiers[^1] = tiers[^1].Add(candidate);
            }
            else
            {
                tiers.Add([candidate]);
            }
        }

        return (new Judgement.Ranking([.. tiers]), count);
    }

    private static List<(int Winner, int Loser)> Edges(Judgement.Ranking ranking, int count)
    {
        var tiers = ranking.Tiers.Select(tier => tier.ToArray()).ToList();
        tiers.Add([.. Enumerable.Range(0, count).Except(tiers.SelectMany(tier => tier))]);
        return [.. tiers.SelectMany((tier, at) => tier.SelectMany(winner => tiers.Skip(at + 1).SelectMany(worse => worse).Select(loser => (winner, loser))))];
    }

    private sealed class Renumbered(Noise noise, int[] names) : Noise
    {
        public override void Normal(int candidate, Span<double> destination) => noise.Normal(Array.IndexOf(names, candidate), destination);

        public override double Uniform(int candidate, int position) => noise.Uniform(Array.IndexOf(names, candidate), position);
    }
}
