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

    private static int[][] Tiers(Judgement judgement) =>
        [.. Assert.IsType<Judgement.Ranking>(judgement).Tiers.Select(tier => tier.ToArray())];
}
