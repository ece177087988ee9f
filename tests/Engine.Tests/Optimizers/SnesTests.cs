using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class SnesTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [ReferenceData("zo", "nes.json")]
    public void It_follows_the_published_trajectory(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        if (example.Parameters.GetProperty("variant").GetString() != "SNES")
        {
            return;
        }

        var population = example.Whole("populationSize");
        example.AssertClose(example.Expected.Vector("utilities"), Utilities.Of(population), "utilities");
        var settings = new Snes.Settings { Sigma = example.Parameter("sigma0"), MeanRate = example.Parameter("etaMean") };
        var (draws, f, rankings) = (example.Draws("z"), Objectives.Of(example), example.Rankings());
        var (mean, sigma) = (example.Expected.Rows("mean"), example.Expected.Rows("sigma"));
        var run = new Snes().Start(example.Start(population), settings, (_, round) => new RecordedNoise(draws(round)));
        for (var t = 0; t < rankings.Length; t++)
        {
            example.AssertClose(mean[t], run.Best, $"mean[{t}]");
            example.AssertClose(sigma[t], run.Vector("sigma"), $"sigma[{t}]");
            Assert.Equal(rankings[t], run.Rank(f));
        }

        example.AssertClose(mean[^1], run.Best, "last mean");
        example.AssertClose(sigma[^1], run.Vector("sigma"), "last sigma");
    }

    [Fact]
    public void Two_tied_for_first_place_pull_alike()
    {
        var run = Start(new double[5], 4);
        var shown = run.Candidates();
        run.Tell(new Judgement.Ranking([[1, 3], [0]]));
        var shared = (Utilities.Of(4)[0] + Utilities.Of(4)[1]) / 2;
        var expected = Enumerable.Range(0, 5).Select(j =>
            (shared * (shown[1][j] + shown[3][j])) + (Utilities.Of(4)[2] * shown[0][j]) + (Utilities.Of(4)[3] * shown[2][j]));
        Assert.All(expected.Zip(run.Best.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void An_all_round_tie_and_none_better_teach_nothing()
    {
        var run = Start([1, 2], 4);
        run.Tell(new Judgement.Ranking([[.. Enumerable.Range(0, 4)]]));
        run.Tell(new Judgement.Overall(Verdict.NoneBetter));
        Assert.Equal([1, 2], run.Best.ToArray());
        Assert.Equal([0.5, 0.5], run.Vector("sigma"));
    }

    [Theory]
    [InlineData(Verdict.AllAlike, 1.5)]
    [InlineData(Verdict.AllBroken, 1 / 1.5)]
    public void Verdicts_change_the_spread_and_leave_the_mean(Verdict verdict, double factor)
    {
        var run = Start([1, 2], 4);
        run.Tell(new Judgement.Overall(verdict));
        Assert.Equal([1, 2], run.Best.ToArray());
        Assert.All(run.Vector("sigma"), sigma => Assert.Equal(0.5 * factor, sigma, 1e-12));
    }

    [Fact]
    public void It_learns_that_one_coordinate_matters_more_than_the_others()
    {
        var run = Start([1, 1, 1, 1], 10);
        for (var round = 0; round < 60; round++)
        {
            run.Rank(x => (1e4 * x[0] * x[0]) + (x[1] * x[1]) + (x[2] * x[2]) + (x[3] * x[3]));
        }

        var sigma = run.Vector("sigma");
        Assert.All(sigma[1..], other => Assert.True(sigma[0] < other / 3));
    }

    [Fact]
    public void A_million_dimensions_work()
    {
        var run = Start(new double[1_000_000], 4);
        run.Rank(x => x[0]);
        run.Rank(x => x[0]);
        Assert.All(run.Best.ToArray(), x => Assert.True(double.IsFinite(x)));
        Assert.True(run.Best[0] < 0);
    }

    private static IRun Start(double[] start, int candidates) =>
        new Snes().Start(new Problem(start, candidates, candidates, new Geometry.Flat()), new Snes.Settings(), (purpose, round) => Noise.Philox(4, purpose, round));
}
