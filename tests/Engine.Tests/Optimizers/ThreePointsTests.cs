using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class ThreePointsTests
{
    // The published step lengths are rounded to six places; the directions are scaled so that the steps are those.
    [Theory]
    [Trait("Category", "Reference")]
    [ReferenceData("zo", "three-points.json")]
    public void It_follows_the_published_trajectory(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var (x, s, alpha, f) = (example.Expected.Rows("x"), example.Inputs.Rows("s"), example.Inputs.Vector("alpha"), Objectives.Of(example));
        var winners = example.Expected.GetProperty("winner").Wholes();
        var run = new ThreePoints().Start(example.Start(3), new ThreePoints.Settings { StepSize = alpha[0] }, (_, round) =>
        {
            var t = Math.Min(round, alpha.Length - 1);
            return new RecordedNoise([[.. s[t].Select(v => v * alpha[t] / (alpha[0] / Math.Sqrt(t + 1)))]]);
        });
        for (var t = 0; t < winners.Length; t++)
        {
            example.AssertClose(x[t], run.Best, $"x[{t}]");
            Assert.Equal([winners[t]], run.Rank(f));
        }

        example.AssertClose(x[^1], run.Best, "last x");
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(3, 3)]
    [InlineData(6, 5)]
    [InlineData(16, 15)]
    public void A_batch_holds_the_point_and_as_many_opposite_pairs_as_fit(int candidates, int shown)
    {
        var run = Start(candidates);
        Assert.Equal(shown, run.Query.Count);
        var points = run.Candidates();
        for (var i = 1; i < shown; i += 2)
        {
            Assert.All(points[i].Zip(points[i + 1]), pair => Assert.Equal(0, pair.First + pair.Second, 1e-12));
            Assert.Equal(1, Reduce.Norm(points[i]), 1e-12);
        }
    }

    [Fact]
    public void None_better_shortens_the_step_by_the_schedule_and_a_tie_keeps_the_point()
    {
        var run = Start(3);
        run.Tell(new Judgement.Overall(Verdict.NoneBetter));
        Assert.Equal(1 / Math.Sqrt(2), run.Query.Roles[1].Step, 1e-12);
        run.Tell(new Judgement.Ranking([[0, 1, 2]]));
        Assert.Equal(new double[3], run.Best.ToArray());
    }

    [Theory]
    [InlineData(Verdict.AllAlike, 1.5)]
    [InlineData(Verdict.AllBroken, 1 / 1.5)]
    public void Verdicts_change_the_step_of_the_same_round(Verdict verdict, double factor)
    {
        var run = Start(3);
        run.Tell(new Judgement.Overall(verdict));
        Assert.Equal(factor, run.Query.Roles[1].Step, 1e-12);
    }

    private static IRun Start(int candidates) =>
        new ThreePoints().Start(new Problem(new double[3], candidates, 1, new Geometry.Flat()), default, 3);
}
