using Ranking.Engine.Optimizers;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class TwoStageEvolutionTests
{
    [Fact]
    [Trait("Row", "175")]
    public void The_first_stage_moves_the_first_share_and_the_second_the_rest_from_the_best()
    {
        var run = Start(new() { FirstRounds = 5, FirstShare = 0.5 }, [3, -2, 1, 4], 6, 3);
        for (var round = 0; round < 5; round++)
        {
            Assert.All(run.Candidates(), candidate => Assert.Equal([1, 4], candidate[2..]));
            run.Rank(x => x.Sum(v => v * v));
        }

        var best = run.Best.ToArray();
        for (var round = 0; round < 20; round++)
        {
            Assert.All(run.Candidates(), candidate => Assert.Equal(best[..2], candidate[..2]));
            run.Rank(x => x.Sum(v => v * v));
        }

        Assert.True(Reduce.SumOfSquares(best) < 30 && Reduce.SumOfSquares(run.Best) < Reduce.SumOfSquares(best));
    }

    [Fact]
    public void With_one_honest_judge_the_best_never_gets_worse()
    {
        for (var seed = 0ul; seed < 20; seed++)
        {
            var run = Start(new(), [2, -1, 1, 3], 5, seed);
            for (var round = 0; round < 60; round++)
            {
                var before = Reduce.SumOfSquares(run.Best);
                run.Rank(x => x.Sum(v => v * v));
                Assert.True(Reduce.SumOfSquares(run.Best) <= before);
            }
        }
    }

    [Fact]
    [Trait("Row", "175")]
    public void With_two_judges_the_survivors_spread_between_what_they_want()
    {
        // Every point between 1 and -1 is a compromise: none is better for both.
        var run = Start(new() { FirstShare = 0, Survivors = 5 }, [4, 0], 12, 6);
        for (var round = 0; round < 80; round++)
        {
            var shown = run.Candidates();
            run.Tell(Judgement.Ranking.Of(shown.Best(x => Squared(x, 1), 12)), Judgement.Ranking.Of(shown.Best(x => Squared(x, -1), 12)));
        }

        var survivors = run.Vector("survivors").Chunk(2).ToArray();
        Assert.Equal(5, survivors.Length);
        Assert.All(survivors, x => Assert.InRange(x[0], -1.3, 1.3));
        Assert.All(survivors, x => Assert.InRange(x[1], -0.4, 0.4));
        Assert.True(survivors.Max(x => x[0]) - survivors.Min(x => x[0]) > 0.5);
    }

    [Fact]
    [Trait("Row", "175")]
    public void Fronts_hold_what_no_other_beats_in_every_criterion()
    {
        double[][] scores = [[3, 1], [1, 3], [2, 2], [1, 1], [2, 1], [0, 0]];
        Assert.Equal([0, 0, 0, 2, 1, 3], NonDominated.Fronts(scores));

        // The ends of a front come before its middle.
        Assert.Equal([0, 1, 2, 4, 3, 5], NonDominated.Order(scores));
    }

    [Fact]
    public void Of_a_crowded_front_those_with_room_around_them_come_first()
    {
        double[][] scores = [[0, 10], [1, 9], [1.5, 8.5], [6, 4], [10, 0]];
        Assert.Equal([0, 4, 3, 2, 1], NonDominated.Order(scores));
    }

    [Fact]
    public void Equal_scores_share_a_front_in_the_order_of_their_indices() =>
        Assert.Equal([0, 1, 2], NonDominated.Order([[1.0, 2], [1, 2], [1, 2]]));

    private static double Squared(double[] x, double centre) => ((x[0] - centre) * (x[0] - centre)) + (x[1] * x[1]);

    private static IRun Start(TwoStageEvolution.Settings settings, double[] start, int candidates, ulong seed) => new TwoStageEvolution().Start(
        new Problem(start, candidates, candidates, new Geometry.Flat()), settings, (purpose, round) => Noise.Philox(seed, purpose, round));
}
