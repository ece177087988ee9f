using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class ScoboTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [ReferenceData("zo", "scobo.json")]
    public void The_sparse_direction_is_the_published_one(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        if (example.Inputs.TryGetProperty("c", out var c))
        {
            var direction = Projected(c.Vector(), example.Parameter("s"));
            example.AssertClose(example.Expected.Vector("x"), direction, "direction");
            example.AssertClose(example.Expected.GetProperty("value").GetDouble(), Reduce.Dot(direction, c.Vector()), "value");
        }
    }

    [Theory]
    [Trait("Category", "Reference")]
    [ReferenceData("zo", "scobo.json")]
    public void It_follows_the_published_trajectory_in_one_batch_and_in_several(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        if (example.Inputs.TryGetProperty("c", out _))
        {
            return;
        }

        var (x, draws, f, m) = (example.Expected.Rows("x"), example.Draws("z"), Objectives.Of(example), example.Whole("m"));
        var steps = example.Expected.Vector("step");
        foreach (var (perBatch, trials) in new[] { (m, 12), (5, 1), (7, 3) })
        {
            var settings = new Scobo.Settings
            {
                Smoothing = example.Parameter("r"),
                Sparsity = example.Parameter("s"),
                StepSize = example.Parameter("alpha"),
                LineSearch = example.Parameters.GetProperty("lineSearch").GetBoolean(),
                Measurements = m,
                TrialPoints = trials,
            };
            var (t, from) = (0, 0);
            var run = new Scobo().Start(example.Start(perBatch + 1), settings, (_, _) => new RecordedNoise(draws((uint)t)[from..]));
            for (; t < x.Length - 1; t++)
            {
                example.AssertClose(x[t], run.Best, $"x[{t}]");
                for (from = 0; from < m; from += perBatch)
                {
                    Assert.Equal(Stage.Explore, run.Query.Stage);
                    run.Value(f);
                }

                from = 0;
                while (run.Query.Stage == Stage.LineSearch)
                {
                    run.Value(f);
                }

                Assert.Equal(steps[t], Reduce.Distance(x[t], run.Best), 1e-6 * steps[t]);
            }

            example.AssertClose(x[^1], run.Best, "last x");
        }
    }

    [Fact]
    public void The_direction_is_admissible_and_nothing_nearby_is_better()
    {
        for (var seed = 0ul; seed < 50; seed++)
        {
            var c = Examples.Normals(12, seed);
            var sparsity = 1 + (seed % 9);
            var best = Projected(c, sparsity);
            Assert.InRange(best.Sum(Math.Abs), 0, Math.Sqrt(sparsity) + 1e-9);
            Assert.InRange(Reduce.Norm(best), 0, 1 + 1e-9);
            for (var other = 0ul; other < 40; other++)
            {
                var near = best.Zip(Examples.Normals(12, 1000 + other), (x, e) => x + (0.05 * e)).ToArray();
                var scale = Math.Max(Math.Max(near.Sum(Math.Abs) / Math.Sqrt(sparsity), Reduce.Norm(near)), 1);
                Assert.True(Reduce.Dot(c, best) >= (Reduce.Dot(c, near) / scale) - 1e-9);
            }
        }
    }

    [Fact]
    public void Equal_entries_still_give_an_admissible_direction()
    {
        Assert.Equal([0, 1, 0, 0], Projected([0, 2, -2, 2], 1.5));
        Assert.Equal([0, 0], Projected([0, 0], 3));
    }

    [Fact]
    public void It_finds_the_three_coordinates_that_matter_among_two_hundred()
    {
        var settings = new Scobo.Settings { Sparsity = 3, Measurements = 60 };
        var run = new Scobo().Start(new Problem(new double[200], 16, 16, new Geometry.Flat()), settings, (purpose, round) => Noise.Philox(4, purpose, round));
        double Value(double[] x) => ((x[7] - 1) * (x[7] - 1)) + ((x[70] + 2) * (x[70] + 2)) + ((x[170] - 3) * (x[170] - 3));
        for (var round = 0; round < 200; round++)
        {
            run.Value(Value);
        }

        Assert.InRange(Value(run.Best.ToArray()), 0, 0.5);
    }

    [Fact]
    public void Skipping_and_none_better_leave_the_line_search_where_it_began()
    {
        foreach (var leave in new Action<IRun>[] { run => run.Skip(), run => run.Tell(new Judgement.Overall(Verdict.NoneBetter)) })
        {
            var run = new Scobo().Start(new Problem([1, 2], 5, 5, new Geometry.Flat()), default, 3);
            run.Value(x => x[0]);
            Assert.Equal(Stage.LineSearch, run.Query.Stage);
            leave(run);
            Assert.Equal(Stage.Explore, run.Query.Stage);
            Assert.Equal([1, 2], run.Best.ToArray());
        }
    }

    private static double[] Projected(double[] c, double sparsity)
    {
        var direction = c.AsSpan().ToArray();
        Scobo.Project(direction, sparsity, new double[c.Length]);
        return direction;
    }
}
