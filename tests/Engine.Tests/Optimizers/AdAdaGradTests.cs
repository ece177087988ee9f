using Ranking.Engine.Optimizers;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class AdAdaGradTests
{
    [Fact]
    [Trait("Row", "180")]
    public void Without_noise_the_batch_stays_as_it_began()
    {
        var run = Start(new AdAdaGrad.Settings { FirstBatch = 3 });
        for (var round = 0; round < 200; round++)
        {
            Assert.Equal(3, run.Query.Count);
            Tell(run, round, 0);
        }

        Assert.InRange(Reduce.Norm(run.Best), 0, 0.1);
    }

    [Theory]
    [Trait("Row", "180")]
    [InlineData(AdAdaGrad.Division.Norm)]
    [InlineData(AdAdaGrad.Division.Coordinate)]
    public void With_noise_the_batch_never_falls_and_grows_as_the_gradient_shrinks(AdAdaGrad.Division division)
    {
        var run = Start(new AdAdaGrad.Settings { Division = division });
        var (sizes, norms) = (new List<int>(), new List<double>());
        for (var round = 0; round < 200; round++)
        {
            sizes.Add(run.Query.Count);
            norms.Add(Reduce.Norm(run.Best));
            Tell(run, round, 0.5);
        }

        Assert.Equal(sizes.Order(), sizes);
        Assert.Equal(2, sizes[0]);
        Assert.Equal(64, sizes[^1]);
        Assert.InRange(norms[^1], 0, norms[0] / 10);
    }

    [Fact]
    [Trait("Row", "180")]
    public void The_batch_grows_to_where_the_norm_test_passes()
    {
        // Gradients 1 and 3 have the mean 2 and the variance 2; with θ = ½ one of b has 2/b noise against 1.
        var run = new AdAdaGrad().Start(new Problem([0], 1, 1, new Geometry.Flat()), new AdAdaGrad.Settings(), (_, round) => Noise.Philox(1, Purpose.Ask, round));
        run.Tell(new Judgement.Gradients([0, 0], [1, 3]));
        Assert.Equal(2, run.Query.Count);
        Assert.Equal(-1, run.Best[0], 1e-12);
        run.Tell(new Judgement.Gradients([0, 0], [-1, 2]));

        // The mean is ½ and the variance 4.5: ⌈4.5 / (¼·¼)⌉ is beyond the largest batch.
        Assert.Equal(64, run.Query.Count);
    }

    [Theory]
    [Trait("Row", "201")]
    [InlineData(BatchScaling.None, 1)]
    [InlineData(BatchScaling.Linear, 4)]
    [InlineData(BatchScaling.SquareRoot, 2)]
    public void From_batches_of_32_to_128_the_rate_follows_its_rule(BatchScaling rule, double factor)
    {
        Assert.Equal(factor, rule.Factor(32, 128));

        // The step after the batch has grown fourfold, from sums of squares that are the same.
        var run = Start(new AdAdaGrad.Settings { FirstBatch = 16, LargestBatch = 64, NoiseShare = 0.01, Scaling = rule });
        var plain = Start(new AdAdaGrad.Settings { FirstBatch = 16, LargestBatch = 64, NoiseShare = 0.01 });
        foreach (var one in new[] { run, plain })
        {
            Tell(one, 0, 0.5);
            Assert.Equal(64, one.Query.Count);
        }

        var (before, gradient) = (run.Best.ToArray(), Enumerable.Repeat(new double[] { 1, 2, 3 }, 64).SelectMany(g => g));
        Assert.Equal(before, plain.Best.ToArray());
        run.Tell(new Judgement.Gradients([.. new double[64]], [.. gradient]));
        plain.Tell(new Judgement.Gradients([.. new double[64]], [.. gradient]));
        Assert.Equal(factor * Reduce.Distance(before, plain.Best), Reduce.Distance(before, run.Best), 1e-9);
    }

    private static IRun Start(AdAdaGrad.Settings settings) =>
        new AdAdaGrad().Start(new Problem([3, -2, 4], 6, 3, new Geometry.Flat()), settings, (purpose, round) => Noise.Philox(1, purpose, round));

    // The gradient of |x|²/2 with normal noise, anew for each copy.
    private static void Tell(IRun run, int round, double noise)
    {
        var rows = new double[run.Query.Count * 3];
        Noise.Philox(9, Purpose.Oracle, (uint)round).Normal(0, rows);
        run.Tell(new Judgement.Gradients([.. new double[run.Query.Count]], [.. rows.Select((z, i) => run.Best[i % 3] + (noise * z))]));
    }
}
