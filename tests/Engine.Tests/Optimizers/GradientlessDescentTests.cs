using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class GradientlessDescentTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [ReferenceData("zo", "gld.json")]
    public void Both_follow_the_published_trajectory_in_one_batch_and_in_several(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var (x, draws, f) = (example.Expected.Rows("x"), example.Draws("z"), Objectives.Of(example));
        var points = draws(0).Length;
        foreach (var perBatch in new[] { points, 3, 1 })
        {
            var batches = (points + perBatch - 1) / perBatch;
            var run = Start(example, perBatch + 1, round => draws(round / (uint)batches));
            for (var t = 0; t < x.Length - 1; t++)
            {
                example.AssertClose(x[t], run.Best, $"x[{t}]");
                for (var batch = 0; batch < batches; batch++)
                {
                    run.Rank(f, 1);
                }
            }

            example.AssertClose(x[^1], run.Best, "last x");
        }
    }

    [Fact]
    public void A_sweep_over_several_batches_shows_its_winner_again_and_stays_around_the_old_point()
    {
        var run = new GldSearch().Start(new Problem(new double[4], 4, 1, new Geometry.Flat()), default, 3);
        var winner = run.Candidates()[2];
        run.Tell(Judgement.Ranking.Of(2));
        Assert.Equal(winner, run.Best.ToArray());
        Assert.Equal(winner, run.Candidates()[0]);
        Assert.Equal(new double[4], run.Vector("centre"));
    }

    [Fact]
    public void None_better_and_a_tie_keep_the_point_and_go_on_with_the_sweep()
    {
        var run = new GldSearch().Start(new Problem(new double[4], 4, 1, new Geometry.Flat()), default, 3);
        run.Tell(new Judgement.Overall(Verdict.NoneBetter));
        run.Tell(new Judgement.Ranking([[0, 1, 2, 3]]));
        Assert.Equal(new double[4], run.Best.ToArray());
        Assert.Equal((1, 0), (run.Query.Count - 1, (int)run.Number("sweeps")));
    }

    [Theory]
    [InlineData(Verdict.AllAlike, 1.5)]
    [InlineData(Verdict.AllBroken, 1 / 1.5)]
    public void Verdicts_change_the_distances_of_the_same_part_of_the_sweep(Verdict verdict, double factor)
    {
        var run = new GldFast().Start(new Problem(new double[40_000], 3, 1, new Geometry.Flat()), default, 3);
        var before = Reduce.Norm(run.Candidates()[1]);
        run.Tell(new Judgement.Overall(verdict));
        Assert.Equal(factor, Reduce.Norm(run.Candidates()[1]) / before, 0.02);
    }

    private static IRun Start(ReferenceCase example, int candidates, Func<uint, double[][]> draws)
    {
        Func<Purpose, uint, Noise> noise = (_, round) => new RecordedNoise(draws(round));
        return example.Parameters.GetProperty("variant").GetString() == "GLD-Search"
            ? new GldSearch().Start(
                example.Start(candidates), new GldSearch.Settings { Largest = example.Parameter("R"), Smallest = example.Parameter("r") }, noise)
            : new GldFast().Start(
                example.Start(candidates), new GldFast.Settings { Radius = example.Parameter("R"), ConditionBound = example.Parameter("conditionBound") }, noise);
    }
}
