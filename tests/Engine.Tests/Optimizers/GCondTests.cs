using Ranking.Engine.Optimizers;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class GCondTests
{
    [Fact]
    [Trait("Row", "164")]
    public void In_a_weak_conflict_each_loses_its_part_along_the_other()
    {
        var left = GCond.Arbitrate([[1, 0], [-0.3, 1]], []);
        Assert.Equal([1 - (0.09 / 1.09), 0.3 / 1.09], left[0], Near);
        Assert.Equal([0, 1], left[1], Near);
    }

    [Fact]
    [Trait("Row", "164")]
    public void In_a_main_conflict_the_stronger_prevails_and_the_steadier_over_it()
    {
        // The cosine is -0.71.
        double[][] directions = [[1, 0], [-1, 1]];
        Assert.Equal([[0.5, 0.5], [-1, 1]], GCond.Arbitrate(directions, []), Rows);
        Assert.Equal([[1, 0], [0, 1]], GCond.Arbitrate(directions, [2, 0]), Rows);
        Assert.Equal([[0.5, 0.5], [-1, 1]], GCond.Arbitrate(directions, [-2, 0]), Rows);
    }

    [Fact]
    [Trait("Row", "164")]
    public void In_a_critical_conflict_the_loser_falls_silent()
    {
        double[][] directions = [[1, 0], [-2, 0.1]];
        Assert.Equal([[0, 0], [-2, 0.1]], GCond.Arbitrate(directions, []), Rows);
        Assert.Equal([[1, 0], [0, 0]], GCond.Arbitrate(directions, [1, 0.2]), Rows);
    }

    [Fact]
    [Trait("Row", "164")]
    public void The_sharpest_conflict_is_settled_first_and_who_agrees_is_left_alone()
    {
        double[][] agreeing = [[1, 0, 0], [1, 1, 0], [0, 0, 1]];
        Assert.Equal(agreeing, GCond.Arbitrate(agreeing, [0, 0, 1]));

        // With the third silent, the first two have nothing against each other.
        double[][] directions = [[1, 0.2, 0], [1, -0.2, 0], [-1, 0, 0]];
        Assert.Equal([[1, 0.2, 0], [1, -0.2, 0], [0, 0, 0]], GCond.Arbitrate(directions, []), Rows);
        Assert.Equal([[1, 0], [0, 0]], GCond.Arbitrate([[1, 0], [0, 0]], []));
        Assert.Empty(GCond.Arbitrate([], []));
    }

    [Fact]
    [Trait("Row", "164")]
    public void Of_judges_who_clash_the_one_prevails_whose_direction_was_followed_before()
    {
        var run = new ZoRankSgd().Start(
            new Problem([0, 0, 0], 6, 6, new Geometry.Flat()),
            new ZoRankSgd.Settings { Variant = ZoRankSgd.Variant.Constant, Judges = ZoRankSgd.Merging.Arbitrated },
            (purpose, round) => Noise.Philox(1, purpose, round));
        run.Rank(x => x[0]);
        for (var round = 0; round < 20; round++)
        {
            // They like the opposite of each other: one of the two directions agrees with what was followed.
            var (shown, before, followed) = (run.Candidates(), run.Best.ToArray(), run.Vector("followed"));
            run.Tell(Judgement.Ranking.Of(shown.Best(x => -x[0], 6)), Judgement.Ranking.Of(shown.Best(x => x[0], 6)));
            double[] move = [.. run.Best.ToArray().Zip(before, (after, start) => after - start)];
            Assert.True(Reduce.Dot(move, followed) > 0, $"round {round}");
        }
    }

    private static bool Near(double expected, double actual) => Math.Abs(expected - actual) < 1e-12;

    private static bool Rows(double[] expected, double[] actual) => expected.Zip(actual).All(pair => Near(pair.First, pair.Second));
}
