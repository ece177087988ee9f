using Ranking.Engine.Bandits;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Bandits;

public sealed class DuelingBanditTests
{
    private static readonly Catalog<DuelingBandit> Bandits = new();

    public static TheoryData<string> Keys => new(Bandits.Entries.Select(entry => entry.Key));

    public static TheoryData<ReferenceCase> Bounds =>
        new(ReferenceFiles.Cases("zo", "preference-models.json").Where(example => example.Id.StartsWith("rucb", StringComparison.Ordinal)));

    [Theory]
    [Trait("Category", "Reference")]
    [MemberData(nameof(Bounds))]
    public void Upper_bounds_and_candidates_are_the_published_ones(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var wins = example.Inputs.Rows("wins");
        var (t, alpha, upper) = ((int)example.Inputs.GetProperty("t").GetDouble(), example.Parameter("alpha"), example.Expected.Rows("upper"));
        var duels = new Duels(wins.Length);
        for (var i = 0; i < wins.Length; i++)
        {
            for (var j = 0; j < wins.Length; j++)
            {
                for (var win = 0; win < wins[i][j]; win++)
                {
                    duels.Add(i, j);
                }
            }
        }

        for (var i = 0; i < wins.Length; i++)
        {
            example.AssertClose(upper[i], [.. Enumerable.Range(0, wins.Length).Select(j => DuelingBandit.Bound(duels, i, j, t, alpha))], $"upper[{i}]");
        }

        Assert.Equal(example.Expected.GetProperty("candidates").Wholes(), new Rucb { Alpha = alpha }.Candidates(duels, t));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_best_of_eight_items_is_compared_most_often_in_the_end(string key)
    {
        for (var seed = 0ul; seed < 5; seed++)
        {
            var (duels, chosen) = (new Duels(8), new int[8]);
            int? champion = null;
            for (var t = 0u; t < 3000; t++)
            {
                (var first, var second, champion) = Bandits[key].Next(duels, champion, Noise.Philox(seed, Purpose.Ask, t));

                // The smaller number is better, and wins three duels of four.
                var better = Math.Min(first, second);
                var won = Noise.Philox(seed, Purpose.Oracle, t).Uniform(0, 0) < 0.75;
                duels.Add(won ? better : first + second - better, won ? first + second - better : better);
                chosen[first] += t >= 2000 ? 1 : 0;
                chosen[second] += t >= 2000 ? 1 : 0;
            }

            Assert.True(chosen[0] > 1000, $"seed {seed}: {string.Join(" ", chosen)}");
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_same_question_has_the_same_answer_and_every_item_may_be_asked_first(string key)
    {
        var firsts = new HashSet<int>();
        for (var round = 0u; round < 100; round++)
        {
            var noise = Noise.Philox(3, Purpose.Ask, round);
            var duel = Bandits[key].Next(new Duels(4), null, noise);
            Assert.Equal(duel, Bandits[key].Next(new Duels(4), null, noise));
            Assert.InRange(duel.Second, 0, 3);
            firsts.Add(duel.First);
        }

        Assert.Equal(4, firsts.Count);
    }

    [Fact]
    public void While_nothing_is_known_no_item_meets_itself_under_upper_bounds() => Assert.All(Enumerable.Range(0, 50), round =>
    {
        var duel = new Rucb().Next(new Duels(3), null, Noise.Philox(8, Purpose.Ask, (uint)round));
        Assert.NotEqual(duel.First, duel.Second);
    });

    [Fact]
    public void A_ranking_counts_once_for_each_pair_it_decides()
    {
        var duels = new Duels(6);
        duels.Add([5, 0, 3, 1], new Judgement.Ranking([[2], [0, 1]]));
        Assert.Equal(5, duels.Total);
        Assert.Equal([1, 1, 1], new[] { 5, 0, 1 }.Select(loser => duels.Wins(3, loser)));
        Assert.Equal((1, 1, 0), (duels.Wins(5, 1), duels.Wins(0, 1), duels.Met(5, 0)));
        Assert.Throws<ArgumentException>(() => duels.Add([0, 1], Judgement.Ranking.Of(2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => duels.Add(6, 0));
    }
}
