using Ranking.Engine.Bandits;

namespace Ranking.Engine.Tests.Bandits;

[Trait("Row", "149")]
public sealed class ExponentialWeightsTests
{
    private static readonly FeedbackGraph Ring = FeedbackGraph.Of(5, (i, j) => (i + 1) % 5 == j);

    [Fact]
    public void Loss_estimates_are_right_on_average()
    {
        var weights = new ExponentialWeights([0.3, 0, 1.2, 0.7, 2], 0.8);
        double[] losses = [0.1, 0.9, 0.4, 1, 0.6];
        var (chances, mean) = (weights.Chances(), new double[5]);
        for (var first = 0; first < 5; first++)
        {
            for (var second = 0; second < 5; second++)
            {
                var after = weights.After(Ring, [first, second], losses);
                for (var i = 0; i < 5; i++)
                {
                    mean[i] += chances[first] * chances[second] * (after.Losses[i] - weights.Losses[i]);
                }
            }
        }

        Assert.All(losses.Zip(mean), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void Chances_sum_to_one_and_follow_the_losses_by_powers_of_e()
    {
        var chances = new ExponentialWeights([0, 2, 5], 0.5).Chances();
        Assert.Equal(1, chances.Sum(), 1e-12);
        Assert.Equal(Math.Exp(-1), chances[1] / chances[0], 1e-12);
        Assert.Equal(Math.Exp(-2.5), chances[2] / chances[0], 1e-12);
        Assert.All(new ExponentialWeights([1e9, 1e9 + 1], 1).Chances(), chance => Assert.InRange(chance, 0.2, 0.8));
    }

    [Fact]
    public void Draws_follow_the_chances()
    {
        var weights = new ExponentialWeights([0, 1, 2], 1);
        var drawn = weights.Draw(20_000, Noise.Philox(4, Purpose.Ask, 0));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(weights.Chances()[i], drawn.Count(item => item == i) / 20_000.0, 0.01);
        }
    }

    [Fact]
    public void Neighbours_that_tell_of_each_other_are_learned_sooner()
    {
        // Forty items, the last the best; in groups of ten alike ones, or each for itself.
        var alike = Regret(FeedbackGraph.Of(40, (i, j) => i / 10 == j / 10));
        var alone = Regret(FeedbackGraph.Of(40, (_, _) => false));
        Assert.InRange(alike, 0, 0.6 * alone);
    }

    [Fact]
    public void Points_near_each_other_reveal_each_other()
    {
        var graph = FeedbackGraph.Near([[0, 0], [1, 0], [3, 0]], 1.5);
        Assert.True(graph.Reveals(0, 1) && graph.Reveals(1, 0) && graph.Reveals(2, 2));
        Assert.False(graph.Reveals(1, 2) || graph.Reveals(0, 2));
    }

    [Fact]
    public void A_loss_that_was_revealed_must_be_from_0_to_1()
    {
        var weights = ExponentialWeights.Start(5, 0.1);
        Assert.Equal("losses", Assert.Throws<ArgumentException>(() => weights.After(Ring, [0], [double.NaN, 0, 0, 0, 0])).ParamName);
        Assert.Equal("losses", Assert.Throws<ArgumentException>(() => weights.After(Ring, [0], [0, 0, 0])).ParamName);
        Assert.Equal(new double[5], weights.After(Ring, [0], [0, 0, double.NaN, 2, 2]).Losses);
    }

    // What 1,000 rounds lose against always showing the best, on average over seeds; the rate is √(ln n / αT).
    private static double Regret(FeedbackGraph graph)
    {
        const int Rounds = 1000;
        var (items, regret) = (graph.Items, 0.0);
        var alone = Enumerable.Range(0, items).Count(i => Enumerable.Range(0, i).All(j => !graph.Reveals(j, i)));
        for (var seed = 0ul; seed < 10; seed++)
        {
            var weights = ExponentialWeights.Start(items, Math.Sqrt(Math.Log(items) / (alone * Rounds)));
            for (var round = 0u; round < Rounds; round++)
            {
                var judge = Noise.Philox(seed, Purpose.Oracle, round);
                double[] losses = [.. Enumerable.Range(0, items).Select(i => judge.Uniform(i, 0) < (i == items - 1 ? 0.2 : 0.6) ? 1.0 : 0)];
                var drawn = weights.Draw(1, Noise.Philox(seed, Purpose.Ask, round));
                regret += (drawn[0] == items - 1 ? 0 : 0.4) / 10;
                weights = weights.After(graph, drawn, losses);
            }
        }

        return regret;
    }
}
