using Ranking.Engine.Optimizers;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class GpBoTests
{
    [Fact]
    [Trait("Row", "186")]
    public void Branin_comes_below_four_fifths_within_thirty_points_for_each_of_fifteen_seeds()
    {
        for (var seed = 0ul; seed < 15; seed++)
        {
            var run = new GpBo().Start(
                new Problem([0.5, 0.5], 1, 1, new Geometry.Box(0, 1)), new GpBo.Settings { FirstPoints = 6 }, (purpose, round) => Noise.Philox(seed, purpose, round));
            for (var round = 0; round < 30; round++)
            {
                Assert.Equal(1, run.Query.Count);
                run.Value(Branin);
            }

            Assert.True(Branin(run.Best.ToArray()) <= 0.8, $"seed {seed}: {Branin(run.Best.ToArray())}");
        }
    }

    [Theory]
    [Trait("Row", "186")]
    [InlineData(0, 0, 1, 0.3989422804014327)]
    [InlineData(3, 3, 1, 0.3989422804014327)]
    [InlineData(1, 0, 0, 1)]
    [InlineData(0, 1, 0, 0)]
    [InlineData(1, 0, 1, 1.0833154705876863)]
    public void Expected_improvement_has_its_known_values(double best, double mean, double deviation, double expected) =>
        Assert.Equal(expected, GpBo.ExpectedImprovement(best, mean, deviation), 1e-12);

    [Theory]
    [InlineData(GpBo.Rule.ExpectedImprovement)]
    [InlineData(GpBo.Rule.ConfidenceBound)]
    [InlineData(GpBo.Rule.Thompson)]
    [InlineData(GpBo.Rule.MaxValueEntropy)]
    public void Every_rule_finds_a_valley_in_batches_of_different_points(GpBo.Rule rule)
    {
        var run = new GpBo().Start(
            new Problem([0, 0], 4, 4, new Geometry.Flat()), new GpBo.Settings { Acquisition = rule, Range = 3 }, (purpose, round) => Noise.Philox(2, purpose, round));
        for (var round = 0; round < 12; round++)
        {
            Assert.Equal(4, run.Candidates().Select(c => string.Join(" ", c)).Distinct().Count());
            run.Value(x => ((x[0] - 1.2) * (x[0] - 1.2)) + (5 * (x[1] + 0.7) * (x[1] + 0.7)));
        }

        Assert.InRange(run.Best[0], 1.0, 1.4);
        Assert.InRange(run.Best[1], -0.9, -0.5);
    }

    [Fact]
    [Trait("Row", "186")]
    public void The_lowest_of_one_normal_value_has_its_quartiles_and_never_lies_above_what_is_known()
    {
        var quartile = NormalQuantile.Of(0.75);
        Assert.All(MaxValueEntropy.Minima([3], [2], 100, _ => 0.25), y => Assert.Equal(3 - (2 * quartile), y, 1e-9));
        Assert.All(MaxValueEntropy.Minima([3], [2], 100, _ => 0.75), y => Assert.Equal(3 + (2 * quartile), y, 1e-9));
        Assert.All(MaxValueEntropy.Minima([3], [2], 3, _ => 0.75), y => Assert.Equal(3, y));

        // Of two independent ones it lies below y with the probability 1 - (1 - Φ(y))².
        var lower = NormalQuantile.Of(1 - Math.Sqrt(0.75));
        Assert.All(MaxValueEntropy.Minima([0, 0], [1, 1], 100, _ => 0.25), y => Assert.Equal(lower, y, 1e-9));
    }

    [Theory]
    [Trait("Row", "186")]
    [InlineData(0, 1, 0, 0.6931471805599453)]
    [InlineData(2, 2, 0, 0.31655376449303907)]
    [InlineData(9, 1, 0, 0)]
    [InlineData(1, 0, 0, 0)]
    public void The_gain_of_max_value_entropy_search_has_its_known_values(double mean, double deviation, double minimum, double expected) =>
        Assert.Equal(expected, MaxValueEntropy.Gain(mean, deviation, [minimum, minimum]), 1e-9);

    [Fact]
    public void The_worst_points_are_forgotten_first()
    {
        var settings = new GpBo.Settings { MostPoints = 10, FirstPoints = 1000 };
        var run = new GpBo().Start(new Problem([0], 5, 5, new Geometry.Flat()), settings, (purpose, round) => Noise.Philox(2, purpose, round));
        var told = new List<double>();
        for (var round = 0; round < 6; round++)
        {
            told.AddRange(run.Candidates().Select(x => x[0]));
            run.Value(x => x[0]);
        }

        Assert.Equal(told.Order().Take(10), run.Vector("values"));
    }

    private static double Branin(double[] unit)
    {
        var (x, y) = ((15 * unit[0]) - 5, 15 * unit[1]);
        var arc = y - (5.1 / (4 * Math.PI * Math.PI) * x * x) + (5 / Math.PI * x) - 6;
        return (arc * arc) + (10 * (1 - (1 / (8 * Math.PI))) * Math.Cos(x)) + 10;
    }
}
