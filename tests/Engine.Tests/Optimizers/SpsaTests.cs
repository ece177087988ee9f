using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class SpsaTests
{
    private static readonly Spsa.Settings ByHand = new() { StepSize = 1, Smoothing = 0.1, Stability = 9, StepDecay = 1, SmoothingDecay = 1 };

    [Fact]
    public void The_first_two_steps_are_those_worked_out_by_hand()
    {
        // f = 2x - y: with Δ = (1, 1) the difference is 1·2c, with Δ = (1, -1) it is 3·2c; gains are 1/10 and 1/11.
        var run = Start(ByHand, (_, round) => new RecordedNoise([[0.3, round == 0 ? 2.0 : -0.1]]));
        Assert.Equal([0.1, 0.1], run.Candidates()[0].Select(x => Math.Round(x, 12)));
        run.Value(x => (2 * x[0]) - x[1]);
        Close([-0.1, -0.1], run);
        Assert.Equal([-0.05, -0.15], run.Candidates()[0].Select(x => Math.Round(x, 12)));
        run.Value(x => (2 * x[0]) - x[1]);
        Close([-0.1 - (3.0 / 11), -0.1 + (3.0 / 11)], run);
    }

    [Fact]
    public void From_an_order_a_difference_counts_by_its_sign()
    {
        var run = Start(ByHand, (_, _) => new RecordedNoise([[0.3, -2]]));
        run.Tell(Judgement.Ranking.Of(1, 0));
        Close([-0.1, 0.1], run);
        run.Tell(new Judgement.Overall(Verdict.AllAlike));
        Close([-0.1, 0.1], run);
    }

    [Fact]
    public void Rankings_alone_lead_to_the_minimum_of_the_sphere()
    {
        var run = new Spsa().Start(new Problem([2, -1, 3, 1, -2], 6, 6, new Geometry.Flat()), default, 4);
        for (var round = 0; round < 400; round++)
        {
            run.Rank(x => x.Sum(v => v * v));
        }

        Assert.InRange(Reduce.SumOfSquares(run.Best), 0, 0.05);
    }

    private static IRun Start(Spsa.Settings settings, Func<Purpose, uint, Noise> noise) =>
        new Spsa().Start(new Problem([0, 0], 2, 2, new Geometry.Flat()), settings, noise);

    private static void Close(double[] expected, IRun run) =>
        Assert.All(expected.Zip(run.Best.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
}
