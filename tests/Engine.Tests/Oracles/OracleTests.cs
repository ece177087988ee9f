using System.Text.Json;
using Ranking.Engine.Oracles;

namespace Ranking.Engine.Tests.Oracles;

public sealed class OracleTests
{
    private static readonly Catalog<IOracle> Oracles = new();

    public static TheoryData<string> Keys => new(Oracles.Entries.Select(entry => entry.Key));

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_judgement_fits_its_batch_and_the_same_noise_gives_it_again(string key)
    {
        var oracle = Oracles[key];
        for (var round = 0u; round < 50; round++)
        {
            var losses = new double[1 + (round % 9)];
            Noise.Philox(4, Purpose.Ask, round).Normal(0, losses);
            Judgement Judge() => oracle.Judge(losses, 3, Noise.Philox(4, Purpose.Oracle, round), default);
            Assert.Null(Judge().Refusal(losses.Length));
            Assert.Equal(oracle.Gives, Judge().Kind);
            Assert.Equal(JsonSerializer.Serialize(Judge()), JsonSerializer.Serialize(Judge()));
        }
    }

    [Fact]
    public void The_exact_ranking_gives_the_best_in_order() =>
        Assert.Equal([[3], [0]], Tiers(new ExactRanking().Judge([1, 2, 5, -1], 2, Noise.Philox(1, Purpose.Oracle, 0), new ExactRanking.Settings())));

    [Fact]
    public void The_exact_ranking_tells_more_places_when_it_is_set_to() =>
        Assert.Equal(4, Tiers(new ExactRanking().Judge([1, 2, 5, -1], 2, Noise.Philox(1, Purpose.Oracle, 0), new ExactRanking.Settings { Places = 9 })).Length);

    [Fact]
    public void The_lazy_ranking_ties_what_is_close() =>
        Assert.Equal([[3, 0], [1]], Tiers(new LazyRanking().Judge([0.5, 4, 10, 0], 2, Noise.Philox(1, Purpose.Oracle, 0), new LazyRanking.Settings { Tolerance = 0.1 })));

    [Fact]
    public void The_noisy_ranking_errs_as_often_as_its_model_says()
    {
        const int rounds = 20_000;
        var right = 0;
        for (var round = 0u; round < rounds; round++)
        {
            var judgement = new NoisyRanking().Judge([0, 1], 1, Noise.Philox(8, Purpose.Oracle, round), new NoisyRanking.Settings { Temperature = 1, Relative = false });
            right += Tiers(judgement)[0][0] == 0 ? 1 : 0;
        }

        Assert.Equal(1 / (1 + Math.Exp(-1)), (double)right / rounds, 0.012);
    }

    [Fact]
    public void Without_temperature_the_noisy_ranking_is_exact() =>
        Assert.Equal([[3], [0], [1], [2]], Tiers(new NoisyRanking().Judge([1, 2, 5, -1], 4, Noise.Philox(1, Purpose.Oracle, 0), new NoisyRanking.Settings { Temperature = 0 })));

    [Fact]
    public void A_position_bias_alone_decides_between_equals() =>
        Assert.Equal([[0], [1], [2]], Tiers(Noisy([3, 3, 3], new() { Temperature = 0, Relative = false, PositionBias = 0.1 })));

    [Fact]
    public void A_position_bias_never_beats_a_larger_difference() =>
        Assert.Equal([[2], [0], [1]], Tiers(Noisy([3, 3, 1], new() { Temperature = 0, Relative = false, PositionBias = 1 })));

    [Fact]
    public void A_tie_width_ties_what_is_close() =>
        Assert.Equal([[3, 0], [1], [2]], Tiers(Noisy([0.5, 4, 10, 0], new() { Temperature = 0, Relative = false, TieWidth = 1 }, 4)));

    [Fact]
    public void An_adversary_puts_the_worst_first() =>
        Assert.Equal([[2], [1], [0], [3]], Tiers(Noisy([1, 2, 5, -1], new() { Temperature = 0, Adversarial = 1 }, 4)));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.4, 0.8)]
    [InlineData(1, 0.5)]
    public void Lapses_are_right_by_chance_only(double lapses, double expected)
    {
        const int rounds = 8000;
        var right = 0;
        for (var round = 0u; round < rounds; round++)
        {
            var answer = new NoisyRanking().Judge([0, 1], 1, Noise.Philox(5, Purpose.Oracle, round), new NoisyRanking.Settings { Temperature = 0, Lapses = lapses });
            right += Tiers(answer)[0][0] == 0 ? 1 : 0;
        }

        // More than four standard deviations of a share over 8,000 answers.
        Assert.Equal(expected, (double)right / rounds, 0.024);
    }

    private static Judgement Noisy(double[] losses, NoisyRanking.Settings settings, int rankTop = 3) =>
        new NoisyRanking().Judge(losses, rankTop, Noise.Philox(1, Purpose.Oracle, 0), settings);

    private static int[][] Tiers(Judgement judgement) =>
        [.. Assert.IsType<Judgement.Ranking>(judgement).Tiers.Select(tier => tier.ToArray())];
}
