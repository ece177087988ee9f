using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class SignOptTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [ReferenceData("zo", "sign-opt.json")]
    public void It_follows_the_published_trajectory_in_one_batch_and_in_several(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var q = example.Whole("q");
        var settings = new SignOpt.Settings
        {
            Smoothing = example.Parameter("r"),
            StepSize = example.Parameter("eta"),
            Directions = q,
            Draw = example.Parameters.GetProperty("directions").GetString() == "unit" ? SignOpt.Distribution.Sphere : SignOpt.Distribution.Gaussian,
        };
        var (x, draws, f) = (example.Expected.Rows("x"), example.Draws("u"), Objectives.Of(example));
        foreach (var perBatch in new[] { q, 4 })
        {
            var batches = (q + perBatch - 1) / perBatch;
            var run = new SignOpt().Start(example.Start(perBatch + 1), settings, (_, round) =>
                new RecordedNoise(draws(round / (uint)batches)[((int)(round % (uint)batches) * perBatch)..]));
            for (var t = 0; t < x.Length - 1; t++)
            {
                example.AssertClose(x[t], run.Best, $"x[{t}]");
                for (var batch = 0; batch < batches; batch++)
                {
                    run.Value(f);
                }
            }

            example.AssertClose(x[^1], run.Best, "last x");
        }
    }

    [Fact]
    public void Only_comparisons_with_the_present_point_count()
    {
        var run = Start(new() { StepSize = 1 }, 5);
        var shown = run.Candidates();
        run.Tell(new Judgement.Ranking([[3], [0, 1], [4, 2]]));
        var expected = Enumerable.Range(0, 3).Select(j => (shown[3][j] - shown[2][j] - shown[4][j]) / (0.1 * 4));
        Assert.All(expected.Zip(run.Best.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void Candidates_left_out_together_with_the_present_point_say_nothing()
    {
        var run = Start(new() { StepSize = 1 }, 5);
        var shown = run.Candidates();
        run.Tell(Judgement.Ranking.Of(2));
        Assert.All(run.Best.ToArray().Select((x, j) => x - (shown[2][j] / (0.1 * 4))), difference => Assert.Equal(0, difference, 1e-12));
    }

    [Theory]
    [InlineData(Verdict.AllAlike, 1.5)]
    [InlineData(Verdict.AllBroken, 1 / 1.5)]
    [InlineData(Verdict.NoneBetter, 1.0)]
    public void Verdicts_change_how_far_the_compared_points_lie(Verdict verdict, double factor)
    {
        var run = Start(new() { Draw = SignOpt.Distribution.Sphere }, 5);
        run.Tell(new Judgement.Overall(verdict));
        Assert.Equal(0.1 * factor, Reduce.Norm(run.Candidates()[1]), 1e-12);
        Assert.Equal([0, 0, 0], run.Best.ToArray());
    }

    private static IRun Start(SignOpt.Settings settings, int candidates) =>
        new SignOpt().Start(new Problem(new double[3], candidates, candidates, new Geometry.Flat()), settings, (purpose, round) => Noise.Philox(4, purpose, round));
}
