using Ranking.Engine.Optimizers;

namespace Ranking.Engine.Tests.Optimizers;

/// <summary>Momentum and the memory of earlier rankings, both off by default.</summary>
public sealed class ZoRankSgdMemoryTests
{
    private static readonly ZoRankSgd.Settings Fixed = new() { Variant = ZoRankSgd.Variant.Constant, StepSize = 1.2 };

    // Hashes of forty rounds as they were before there was a memory.
    [Theory]
    [InlineData(ZoRankSgd.Variant.Constant, 0xAD3B70E247A09024)]
    [InlineData(ZoRankSgd.Variant.LineSearch, 0x11E0DA345AC83778)]
    [InlineData(ZoRankSgd.Variant.Interactive, 0x344C165641D6A49B)]
    public void Without_them_every_bit_of_a_run_is_as_it_was(ZoRankSgd.Variant variant, ulong expected)
    {
        var run = new ZoRankSgd().Start(
            new Problem([3, -2, 1, 0.5, 4], 6, 3, new Geometry.Flat()), new ZoRankSgd.Settings { Variant = variant }, (purpose, round) => Noise.Philox(11, purpose, round));
        var hash = 14695981039346656037;
        for (var round = 0; round < 40; round++)
        {
            run.Rank(x => Reduce.SumOfSquares(x));
            foreach (var coordinate in run.Best)
            {
                hash = (hash ^ (ulong)BitConverter.DoubleToInt64Bits(coordinate)) * 1099511628211;
            }
        }

        Assert.Equal(expected, hash);
    }

    [Fact]
    public void Momentum_keeps_its_share_of_the_last_direction()
    {
        var (plain, heavy) = (Start(Fixed, 3), Start(Fixed with { Momentum = 0.75 }, 3));
        var first = Step(plain, Judgement.Ranking.Of(0, 1));
        AssertClose(first, Step(heavy, Judgement.Ranking.Of(0, 1)));
        var second = Step(plain, Judgement.Ranking.Of(2, 1));
        var blended = Step(heavy, Judgement.Ranking.Of(2, 1));
        AssertClose(first.Zip(second, (a, b) => (0.75 * a) + (0.25 * b)), blended);
    }

    [Fact]
    public void An_earlier_ranking_counts_less_the_farther_away_it_was_asked()
    {
        double[] direction = [1, 0, 0, 0], other = [0, 1, 0, 0], here = new double[4];
        var near = PastRanking.Mean(direction, [new PastRanking(here, other)], here, 0.5);
        Assert.Equal([0.5, 0.5, 0, 0], near);

        // r = 1 and μ²d = 1: half as much as the new one.
        var away = PastRanking.Mean(direction, [new PastRanking([0, 0, 0, 1], other)], here, 0.5);
        Assert.Equal([1 / 1.5, 0.5 / 1.5, 0, 0], away);
    }

    [Fact]
    public void A_memory_holds_no_more_rankings_than_it_was_given()
    {
        var run = Start(Fixed with { Memory = 3 }, 1);
        for (var round = 0; round < 5; round++)
        {
            run.Rank(x => Reduce.SumOfSquares(x));
            Assert.Equal(Math.Min(3, round + 1), run.Member("past").GetArrayLength());
        }
    }

    [Fact]
    public void Both_lower_the_floor_of_fixed_steps_before_a_judge_who_errs()
    {
        var plain = Floor(Fixed);
        Assert.InRange(Floor(Fixed with { Memory = 10 }), 0, 0.8 * plain);
        Assert.InRange(Floor(Fixed with { Momentum = 0.8 }), 0, 0.85 * plain);
    }

    // The mean value of the sphere after 300 rankings of values with normal errors of ½.
    private static double Floor(ZoRankSgd.Settings settings)
    {
        var sum = 0.0;
        for (var seed = 0ul; seed < 10; seed++)
        {
            var run = Start(settings, seed);
            for (var round = 0; round < 300; round++)
            {
                var errors = new double[run.Query.Count];
                Noise.Philox(seed + 100, Purpose.Oracle, run.Round).Normal(0, errors);
                var values = run.Candidates().Select((x, i) => Reduce.SumOfSquares(x) + (0.5 * errors[i])).ToArray();
                run.Tell(Judgement.Ranking.Of([.. Enumerable.Range(0, values.Length).OrderBy(i => values[i]).Take(run.Query.RankTop)]));
            }

            sum += Reduce.SumOfSquares(run.Best) / 10;
        }

        return sum;
    }

    private static void AssertClose(IEnumerable<double> expected, double[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-12));

    private static double[] Step(IRun run, Judgement judgement)
    {
        var before = run.Best.ToArray();
        run.Tell(judgement);
        return [.. run.Best.ToArray().Zip(before, (after, x) => after - x)];
    }

    private static IRun Start(ZoRankSgd.Settings settings, ulong seed) => new ZoRankSgd().Start(
        new Problem([.. Enumerable.Repeat(1.0, 20)], 6, 3, new Geometry.Flat()), settings, (purpose, round) => Noise.Philox(seed, purpose, round));
}
