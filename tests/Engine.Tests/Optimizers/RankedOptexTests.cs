using Ranking.Engine.Functions;
using Ranking.Engine.Optimizers;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class RankedOptexTests
{
    [Fact]
    [Trait("Row", "86")]
    public void With_one_proposal_it_is_ZO_RankSGD_with_fixed_steps()
    {
        var (run, sphere) = (Start(1, 5, 3), new Sphere());
        var plain = new ZoRankSgd().Start(
            Problem(5),
            new ZoRankSgd.Settings { Variant = ZoRankSgd.Variant.Constant, Smoothing = 0.3, StepSize = 0.2 },
            (purpose, round) => Noise.Philox(3, purpose, round));
        for (var round = 0; round < 40; round++)
        {
            Assert.Equal(plain.Candidates(), run.Candidates());
            foreach (var one in new[] { plain, run })
            {
                if (round % 7 == 5)
                {
                    one.Tell(new Judgement.Overall(Verdict.AllAlike));
                }
                else
                {
                    one.Rank(x => sphere.Value(x));
                }
            }

            Assert.Equal(plain.Best.ToArray(), run.Best.ToArray());
        }
    }

    [Fact]
    [Trait("Row", "86")]
    public void Four_candidates_a_round_come_each_with_the_direction_that_leads_to_it()
    {
        var (run, sphere) = (Start(4, 3, 8), new Sphere());
        for (var round = 0; round < 6; round++)
        {
            var shown = run.Candidates();
            Assert.Equal(Stage.Explore, run.Query.Stage);
            var centre = run.Best.ToArray();
            run.Rank(x => sphere.Value(x));

            Assert.Equal((4, Stage.LineSearch), (run.Query.Count, run.Query.Stage));
            var (points, predicted) = (run.Candidates(), run.Vector("predicted").Chunk(3).ToArray());
            Assert.Equal(4, predicted.Length);
            Assert.Equal(run.Vector("directions")[^3..], predicted[0]);
            for (var i = 0; i < 4; i++)
            {
                var from = i == 0 ? centre : points[i - 1];
                Assert.All(Enumerable.Range(0, 3), j => Assert.Equal(from[j] + (0.2 * predicted[i][j]), points[i][j], 1e-12));
            }

            var best = run.Rank(x => sphere.Value(x))[0];
            Assert.Equal(points[best], run.Best.ToArray());
            Assert.NotEqual(shown, run.Candidates());
        }
    }

    [Fact]
    [Trait("Row", "86")]
    public void Where_steps_are_small_proposing_several_saves_rounds()
    {
        var sphere = new Sphere();
        double Reached(int proposals) => Enumerable.Range(0, 15).Select(seed =>
        {
            var run = Start(proposals, 10, (ulong)seed, 0.05);
            for (var round = 0; round < 80; round++)
            {
                run.Rank(x => sphere.Value(x));
            }

            return sphere.Value(run.Best);
        }).Order().ElementAt(7);

        Assert.InRange(Reached(4), 0, 0.3 * Reached(1));
    }

    [Fact]
    public void Verdicts_on_proposals_stretch_them_and_then_let_them_be()
    {
        var run = Start(3, 4, 1);
        run.Rank(x => x[0]);
        var (centre, near) = (run.Best.ToArray(), run.Candidates()[0]);
        run.Tell(new Judgement.Overall(Verdict.AllAlike));
        Assert.Equal(1.5 * Reduce.Distance(centre, near), Reduce.Distance(centre, run.Candidates()[0]), 1e-9);
        run.Tell(new Judgement.Overall(Verdict.NoneBetter));
        Assert.Equal(Stage.Explore, run.Query.Stage);
        Assert.Equal(centre, run.Best.ToArray());
    }

    private static Problem Problem(int dimension) => new(new Sphere().Start(dimension), 6, 3, new Geometry.Flat());

    private static IRun Start(int proposals, int dimension, ulong seed, double step = 0.2) => new RankedOptex().Start(
        Problem(dimension), new RankedOptex.Settings { Proposals = proposals, StepSize = step }, (purpose, round) => Noise.Philox(seed, purpose, round));
}
