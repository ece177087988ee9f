using Ranking.Engine.Functions;
using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class XnesTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [ReferenceData("zo", "nes.json")]
    public void It_follows_the_published_trajectory(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        if (example.Parameters.GetProperty("variant").GetString() != "xNES")
        {
            return;
        }

        var population = example.Whole("populationSize");
        var settings = new Xnes.Settings { Sigma = example.Parameter("sigma0"), MeanRate = example.Parameter("etaMean") };
        var (draws, f, rankings) = (example.Draws("z"), Objectives.Of(example), example.Rankings());
        var (mean, sigma) = (example.Expected.Rows("mean"), example.Expected.Vector("sigma"));
        var run = new Xnes().Start(example.Start(population), settings, (_, round) => new RecordedNoise(draws(round)));
        for (var t = 0; t < rankings.Length; t++)
        {
            example.AssertClose(mean[t], run.Best, $"mean[{t}]");
            example.AssertClose(sigma[t], run.Number("sigma"), $"sigma[{t}]");
            Assert.Equal(rankings[t], run.Rank(f));
        }

        example.AssertClose(mean[^1], run.Best, "last mean");
        example.AssertClose(sigma[^1], run.Number("sigma"), "last sigma");
        example.AssertClose([.. example.Expected.Rows("finalB").SelectMany(row => row)], run.Vector("shape"), "B");
    }

    [Fact]
    public void The_shape_keeps_its_volume()
    {
        var run = Start(2);
        for (var round = 0; round < 40; round++)
        {
            run.Rank(x => x[0] - x[1]);
        }

        var shape = run.Vector("shape");
        Assert.Equal(1, (shape[0] * shape[3]) - (shape[1] * shape[2]), 1e-9);
    }

    [Fact]
    public void It_goes_down_a_bent_valley_and_stays_there_at_the_limit_of_rounding()
    {
        var rosenbrock = new Rosenbrock();
        var run = Start(4);
        for (var round = 0; round < 1500; round++)
        {
            run.Rank(x => rosenbrock.Value(x));
        }

        Assert.InRange(rosenbrock.Value(run.Best), 0, 1e-9);
    }

    [Fact]
    public void More_dimensions_than_its_matrices_allow_are_refused_by_name()
    {
        var refused = Assert.Throws<SettingsException>(() => Start(301));
        Assert.Equal(["dimension"], refused.Errors.Keys);
    }

    private static IRun Start(int dimension) =>
        new Xnes().Start(new Problem(new double[dimension], 8, 8, new Geometry.Flat()), new Xnes.Settings(), (purpose, round) => Noise.Philox(4, purpose, round));
}
