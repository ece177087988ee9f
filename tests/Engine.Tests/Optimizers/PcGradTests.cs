using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class PcGradTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [Trait("Row", "164")]
    [ReferenceData("optimizers", "pcgrad.json")]
    public void Directions_lose_what_contradicts_the_others_as_published(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var (directions, orders) = (example.Inputs.Rows("gradients"), example.Inputs.GetProperty("orders").EnumerateArray().Select(o => o.Wholes()).ToArray());
        var projected = PcGrad.Project(directions, i => orders[i]);
        var expected = example.Expected.Rows("projected");
        for (var i = 0; i < expected.Length; i++)
        {
            example.AssertClose(expected[i], projected[i], $"projected[{i}]");
        }

        example.AssertClose(
            example.Expected.Vector("sum"), [.. Enumerable.Range(0, directions[0].Length).Select(j => projected.Sum(direction => direction[j]))], "sum");
        Assert.Equal(
            example.Expected.GetProperty("conflicts").EnumerateArray().Select(pair => (pair[0].GetInt32(), pair[1].GetInt32())), PcGrad.Conflicts(directions));
    }

    [Fact]
    [Trait("Row", "164")]
    public void Of_two_judges_directions_the_parts_that_agree_remain()
    {
        double[][] directions = [[1, 0], [-1, 1]];
        var projected = PcGrad.Project(directions, _ => [0, 1]);
        Assert.Equal([0.5, 0.5], projected[0]);
        Assert.Equal([0, 1], projected[1]);
        Assert.Equal((0, 1), Assert.Single(PcGrad.Conflicts(directions)));
    }

    [Fact]
    [Trait("Row", "164")]
    public void Projected_judges_who_disagree_no_longer_pull_against_each_other()
    {
        // One judge likes the first coordinate low and the other one high, both the second one low.
        for (var seed = 0ul; seed < 10; seed++)
        {
            var judgements = Judged(seed, x => x[0] + x[1], x => (2 * x[1]) - (2 * x[0]));
            var alone = judgements.Select(judgement => Moved(seed, [judgement], ZoRankSgd.Merging.Union)).ToArray();
            var together = Moved(seed, judgements, ZoRankSgd.Merging.Projected);
            var order = PcGrad.Project(alone, _ => [0, 1]);
            Assert.All(together.Zip(order[0].Zip(order[1], (a, b) => (a + b) / 2)), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
            Assert.True(Reduce.Dot(together, alone[0]) >= -1e-12 && Reduce.Dot(together, alone[1]) >= -1e-12, $"seed {seed}");
        }
    }

    [Theory]
    [InlineData(ZoRankSgd.Merging.Projected)]
    [InlineData(ZoRankSgd.Merging.Arbitrated)]
    public void Judges_who_agree_move_as_far_as_one_of_them(ZoRankSgd.Merging merging)
    {
        var judgements = Judged(3, x => x[0], x => x[0], x => x[0]);
        var one = Moved(3, judgements[..1], merging);
        var three = Moved(3, judgements, merging);
        Assert.All(one.Zip(three), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Theory]
    [Trait("Row", "164")]
    [InlineData(ZoRankSgd.Merging.Union)]
    [InlineData(ZoRankSgd.Merging.Projected)]
    [InlineData(ZoRankSgd.Merging.Arbitrated)]
    public void A_circle_of_contradictions_is_no_error_and_cancels_in_the_union(ZoRankSgd.Merging merging)
    {
        Judgement.Ranking[] circle = [Judgement.Ranking.Of(0, 1, 2), Judgement.Ranking.Of(1, 2, 0), Judgement.Ranking.Of(2, 0, 1)];
        var graph = Comparisons.From(3, circle);
        Assert.Equal(9, graph.Count);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(0, graph.NetWins(i)));
        var run = Start(5, 3, merging);
        var before = run.Best.ToArray();
        run.Tell(circle);
        Assert.All(run.Best.ToArray(), x => Assert.True(double.IsFinite(x)));
        if (merging == ZoRankSgd.Merging.Union)
        {
            Assert.Equal(before, run.Best.ToArray());
        }
    }

    private static IRun Start(ulong seed, int candidates, ZoRankSgd.Merging merging) => new ZoRankSgd().Start(
        new Problem([1, -1, 2], candidates, candidates, new Geometry.Flat()),
        new ZoRankSgd.Settings { Variant = ZoRankSgd.Variant.Constant, Judges = merging },
        (purpose, round) => Noise.Philox(seed, purpose, round));

    // What judges with these objectives say of the first batch.
    private static Judgement[] Judged(ulong seed, params Func<double[], double>[] objectives)
    {
        var shown = Start(seed, 6, ZoRankSgd.Merging.Union).Candidates();
        return [.. objectives.Select(objective => Judgement.Ranking.Of(shown.Best(objective, 6)))];
    }

    private static double[] Moved(ulong seed, Judgement[] judgements, ZoRankSgd.Merging merging)
    {
        var run = Start(seed, 6, merging);
        var before = run.Best.ToArray();
        run.Tell(judgements);
        return [.. run.Best.ToArray().Zip(before, (a, b) => a - b)];
    }
}
