using Ranking.Engine.Functions;
using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class SepCmaEsTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [ReferenceData("zo", "sep-cma-es.json")]
    public void It_follows_the_published_trajectory(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var settings = new SepCmaEs.Settings { Sigma = example.Parameter("sigma0") };
        var (draws, f, rankings) = (example.Draws("z"), Objectives.Of(example), example.Rankings());
        var (mean, sigma) = (example.Expected.Rows("mean"), example.Expected.Vector("sigma"));
        var run = new SepCmaEs().Start(example.Start(example.Whole("populationSize")), settings, (_, round) => new RecordedNoise(draws(round)));
        for (var g = 0; g < rankings.Length; g++)
        {
            example.AssertClose(mean[g], run.Best, $"mean[{g}]");
            example.AssertClose(sigma[g], run.Number("sigma"), $"sigma[{g}]");
            Assert.Equal(rankings[g], run.Rank(f));
        }

        example.AssertClose(mean[^1], run.Best, "last mean");
        example.AssertClose(example.Expected.Vector("finalDiagonal"), run.Vector("diagonal"), "C");
        example.AssertClose(example.Expected.Vector("finalPSigma"), run.Vector("sigmaPath"), "p_sigma");
        example.AssertClose(example.Expected.Vector("finalPC"), run.Vector("covariancePath"), "p_c");
    }

    [Fact]
    public void On_a_long_ellipsoid_along_the_axes_it_is_far_ahead_of_the_full_matrix()
    {
        Assert.True(Reached(new SepCmaEs()) < Reached(new CmaEs()) / 1000);
    }

    [Theory]
    [InlineData(Verdict.AllAlike, 1.5)]
    [InlineData(Verdict.AllBroken, 1 / 1.5)]
    [InlineData(Verdict.NoneBetter, 1.0)]
    public void Verdicts_change_the_spread_only(Verdict verdict, double factor)
    {
        var run = new SepCmaEs().Start(new Problem([1, 2], 4, 4, new Geometry.Flat()), default, 1);
        run.Tell(new Judgement.Overall(verdict));
        Assert.Equal(0.5 * factor, run.Number("sigma"), 1e-12);
        Assert.Equal([1, 2], run.Best.ToArray());
        Assert.Equal(0, run.Number("generation"));
    }

    private static double Reached(IOptimizer optimizer)
    {
        static double Value(double[] x) => x.Select((v, i) => Math.Pow(1e6, i / 29.0) * v * v).Sum();
        var run = optimizer.Start(new Problem(new Sphere().Start(30), 14, 14, new Geometry.Flat()), default, 2);
        for (var round = 0; round < 700; round++)
        {
            run.Rank(Value);
        }

        return Value(run.Best.ToArray());
    }
}
