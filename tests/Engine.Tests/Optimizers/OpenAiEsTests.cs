using Ranking.Engine.Control;
using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class OpenAiEsTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [ReferenceData("zo", "openai-es.json")]
    public void It_follows_the_published_trajectory(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var update = example.Parameters.GetProperty("optimizer");
        var isAdam = update.GetProperty("type").GetString() == "adam";
        var settings = new OpenAiEs.Settings
        {
            Sigma = example.Parameter("sigma"),
            StepSize = update.GetProperty("stepsize").GetDouble(),
            WeightDecay = example.Parameter("l2"),
            DivideBySigma = example.Parameters.GetProperty("divideBySigma").GetBoolean(),
            Update = isAdam ? OpenAiEs.UpdateRule.Adam : OpenAiEs.UpdateRule.Momentum,
            Beta1 = update.GetProperty(isAdam ? "beta1" : "momentum").GetDouble(),
        };
        settings = isAdam ? settings with { Beta2 = update.GetProperty("beta2").GetDouble(), Epsilon = update.GetProperty("epsilon").GetDouble() } : settings;
        var (x, draws, f) = (example.Expected.Rows("x"), example.Draws("e"), Objectives.Of(example));
        var run = new OpenAiEs().Start(example.Start(2 * example.Whole("pairs")), settings, (_, round) => new RecordedNoise(draws(round)));
        for (var t = 0; t < x.Length - 1; t++)
        {
            example.AssertClose(x[t], run.Best, $"x[{t}]");
            run.Value(f);
        }

        example.AssertClose(x[^1], run.Best, "last x");
    }

    [Fact]
    public void An_odd_batch_leaves_one_place_empty_and_pairs_mirror_each_other()
    {
        var run = Start([1, 2, 3], 7);
        Assert.Equal(6, run.Query.Count);
        var shown = run.Candidates();
        for (var i = 0; i < 3; i++)
        {
            Assert.All(shown[i].Zip(shown[i + 3]), (pair, j) => Assert.Equal(2 * (j + 1), pair.First + pair.Second, 1e-12));
        }
    }

    [Fact]
    public void A_pair_whose_halves_tie_does_not_pull()
    {
        var run = Start([0, 0], 4, new() { Update = OpenAiEs.UpdateRule.Momentum, Beta1 = 0, StepSize = 1 });
        var shown = run.Candidates();
        run.Tell(new Judgement.Ranking([[0], [1, 3], [2]]));
        var ratio = run.Best[0] / shown[0][0];
        Assert.True(ratio > 0);
        Assert.Equal(ratio, run.Best[1] / shown[0][1], 1e-12);
    }

    // Row 90: a linear policy that balances a pole, trained from the order of its episodes alone.
    [Fact]
    [Trait("Row", "90")]
    public void A_linear_policy_learns_to_balance_a_pole_from_rankings_of_episodes()
    {
        var (task, shape) = (new CartPole(), new Policy(4, 0, 1));

        // Four weights: the task is symmetric, and a bias would only push to one side.
        double Episode(double[] weights, ulong seed, uint number) =>
            Rollout.Return(task, shape, [.. weights, 0], Noise.Philox(seed, Purpose.Oracle, number), 0);

        var balanced = 0;
        for (var seed = 0ul; seed < 10; seed++)
        {
            var settings = new OpenAiEs.Settings { Sigma = 0.5, StepSize = 0.1 };
            var run = new OpenAiEs().Start(
                new Problem(new double[task.ObservationSize], 40, 40, new Geometry.Flat()), settings, (purpose, round) => Noise.Philox(seed, purpose, round));
            for (var generation = 0u; generation < 30; generation++)
            {
                var losses = run.Candidates().Select((policy, i) => -Episode(policy, seed, (generation * 40) + (uint)i));
                run.Tell(new Judgement.Values([.. losses]).ToRanking());
            }

            var learnt = run.Best.ToArray();
            balanced += Enumerable.Range(0, 20).Average(test => Episode(learnt, seed, 100_000 + (uint)test)) >= 195 ? 1 : 0;
        }

        Assert.InRange(balanced, 9, 10);
    }

    private static IRun Start(double[] start, int candidates, OpenAiEs.Settings? settings = null) =>
        new OpenAiEs().Start(new Problem(start, candidates, candidates, new Geometry.Flat()), settings ?? new(), (purpose, round) => Noise.Philox(4, purpose, round));
}
