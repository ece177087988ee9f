using Ranking.Engine.Optimizers;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class ZoSgdTests
{
    [Fact]
    [Trait("Row", "100")]
    public void Replaying_a_finished_run_from_its_seed_gives_the_same_final_point_bit_for_bit()
    {
        var problem = new Problem([1, -2, 3, 0.5, 7], 6, 3, new Geometry.Flat());
        var judgements = new List<Judgement>();
        var run = new ZoSgd().Start(problem, default, 42);
        for (var round = 0; round < 200; round++)
        {
            var judgement = new Judgement.Values([.. run.Candidates().Select(x => x.Sum(v => Math.Abs(v)))]);
            judgements.Add(judgement);
            run.Tell(judgement);
        }

        var replayed = new ZoSgd().Start(problem, default, 42);
        judgements.ForEach(judgement => replayed.Tell(judgement));
        Assert.Equal(StateJson.ToBytes(run.Best), StateJson.ToBytes(replayed.Best));
    }

    [Fact]
    [Trait("Row", "100")]
    public void Blocks_take_turns()
    {
        var run = Start(new() { Blocks = 3 }, new double[7], 5);
        foreach (var (from, to) in new[] { (0, 2), (2, 4), (4, 7), (0, 2) })
        {
            var before = run.Best.ToArray();
            run.Value(x => x.Sum());
            Assert.All(Enumerable.Range(0, 7), i => Assert.Equal(i >= from && i < to, run.Best[i] != before[i]));
        }
    }

    [Theory]
    [Trait("Row", "100")]
    [InlineData(Distribution.Gaussian)]
    [InlineData(Distribution.Sphere)]
    public void A_perturbed_share_moves_so_many_coordinates_and_estimates_as_large_a_share_of_the_gradient(Distribution directions)
    {
        double[] slope = [1, -2, 3, 4, 0.5, 1, 2, -1];
        const int Runs = 6000;
        var mean = new double[8];
        for (var seed = 0u; seed < Runs; seed++)
        {
            var run = Start(new() { StepSize = 1, PerturbedShare = 0.25, Directions = directions }, new double[8], 3, seed);
            run.Value(x => Reduce.Dot(x, slope));
            Assert.Equal(2, run.Best.ToArray().Count(x => x != 0));
            for (var i = 0; i < 8; i++)
            {
                mean[i] -= run.Best[i] / Runs;
            }
        }

        Assert.All(Enumerable.Range(0, 8), i => Assert.Equal(slope[i] / 4, mean[i], 0.15));
    }

    [Fact]
    public void One_block_and_the_whole_share_are_the_plain_method()
    {
        var plain = Start(new(), [1, 2, 3], 4);
        var same = Start(new() { Blocks = 1, PerturbedShare = 1 }, [1, 2, 3], 4);
        for (var round = 0; round < 5; round++)
        {
            plain.Value(x => x.Sum(v => v * v));
            same.Value(x => x.Sum(v => v * v));
        }

        Assert.Equal(plain.Best.ToArray(), same.Best.ToArray());
    }

    private static IRun Start(ZoSgd.Settings settings, double[] start, int candidates, uint seed = 3) => new ZoSgd().Start(
        new Problem(start, candidates, candidates, new Geometry.Flat()), settings, (purpose, round) => Noise.Philox(seed, purpose, round));
}
