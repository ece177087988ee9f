using System.Text.Json;
using Ranking.Engine.Functions;
using Ranking.Engine.Optimizers;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class DirectSearchTests
{
    [Fact]
    [Trait("Row", "166")]
    public void Without_noise_the_value_never_rises_and_the_valley_of_rosenbrock_is_followed()
    {
        var function = new Rosenbrock();
        for (var seed = 0ul; seed < 5; seed++)
        {
            var run = Start(new(), [-1.2, 1], 6, seed);
            var value = function.Value(run.Best);
            for (var round = 0; round < 400; round++)
            {
                run.Rank(x => function.Value(x));
                Assert.True(function.Value(run.Best) <= value);
                value = function.Value(run.Best);
            }

            Assert.InRange(value, 0, 0.05);
        }
    }

    [Fact]
    [Trait("Row", "166")]
    public void The_polls_of_one_step_point_to_both_ends_of_an_orthonormal_frame_and_then_the_step_halves()
    {
        const int Dimension = 5;
        var run = Start(new() { ModelStep = false }, new double[Dimension], 4, 3);
        var polls = new List<double[]>();
        while (Step(run) == 0.5)
        {
            polls.AddRange(run.Candidates().Skip(1));
            run.Rank(x => x.Sum(v => v * v));
        }

        Assert.Equal(0.25, Step(run));
        Assert.Equal(2 * Dimension, polls.Count);
        for (var i = 0; i < polls.Count; i++)
        {
            for (var j = 0; j < polls.Count; j++)
            {
                var product = 4 * Reduce.Dot(polls[i], polls[j]);
                Assert.Equal(i == j ? 1 : i / 2 == j / 2 ? -1 : 0, product, 1e-12);
            }
        }
    }

    [Fact]
    [Trait("Row", "166")]
    public void A_win_moves_there_and_doubles_the_step()
    {
        var run = Start(new(), [3, 4], 4, 3);
        var candidates = run.Candidates();
        run.Tell(Judgement.Ranking.Of(2));
        Assert.Equal(candidates[2], run.Best.ToArray());
        Assert.Equal(1, Step(run));
    }

    [Fact]
    [Trait("Row", "166")]
    public void The_model_proposes_a_step_towards_what_won()
    {
        var run = Start(new(), [3, 4, 5], 6, 3);
        run.Rank(x => x.Sum());
        Assert.Equal(RoleKind.Step, run.Query.Roles[1].Kind);
        Assert.True(run.Candidates()[1].Sum() < run.Best.ToArray().Sum());
    }

    [Fact]
    [Trait("Row", "166")]
    public void Covering_points_lie_in_the_ball_and_not_only_near_the_incumbent()
    {
        var run = Start(new() { CoveringRadius = 2, ModelStep = false }, new double[3], 5, 3);
        var lengths = new List<double>();
        for (var round = 0; round < 300; round++)
        {
            lengths.Add(Reduce.Norm(run.Candidates()[1]));
            run.Tell(new Judgement.Overall(Verdict.NoneBetter));
        }

        Assert.All(lengths, length => Assert.InRange(length, 0, 2));
        Assert.InRange(lengths.Count(length => length < Math.Cbrt(0.5) * 2), 110, 190);
    }

    private static IRun Start(DirectSearch.Settings settings, double[] start, int candidates, ulong seed) => new DirectSearch().Start(
        new Problem(start, candidates, candidates, new Geometry.Flat()), settings, (purpose, round) => Noise.Philox(seed, purpose, round));

    private static double Step(IRun run) => JsonSerializer.Deserialize<JsonElement>(run.Save().State).GetProperty("step").GetDouble();
}
