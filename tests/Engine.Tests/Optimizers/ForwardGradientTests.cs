using Ranking.Engine.Functions;
using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class ForwardGradientTests
{
    private const int Estimates = 20_000;

    [Theory]
    [Trait("Category", "Reference")]
    [Trait("Row", "100")]
    [ReferenceData("zo", "forward-gradient.json")]
    public void It_follows_the_published_trajectory(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var settings = new ForwardGradient.Settings { StepSize = example.Parameter("eta"), Directions = example.Whole("q") };
        var run = new ForwardGradient().Start(example.Start(1), settings, example.Recorded("u"));
        var x = example.Expected.Rows("x");
        for (var t = 0; t < x.Length - 1; t++)
        {
            example.AssertClose(x[t], run.Best, $"x[{t}]");
            run.Tell(new Judgement.Gradients([0], [.. Gradient(example, run.Candidates()[0])]));
        }

        example.AssertClose(x[^1], run.Best, "last x");
    }

    [Theory]
    [Trait("Row", "150")]
    [InlineData(ForwardGradient.Derivative.Exact, false)]
    [InlineData(ForwardGradient.Derivative.Difference, false)]
    [InlineData(ForwardGradient.Derivative.Exact, true)]
    [InlineData(ForwardGradient.Derivative.Difference, true)]
    public void The_mean_of_many_estimates_is_the_gradient_of_a_quadratic(ForwardGradient.Derivative slopes, bool guess)
    {
        var settings = new ForwardGradient.Settings { StepSize = 1, Directions = 1, Slopes = slopes, GuessLastStep = guess };
        var json = SettingsSchema.Of(typeof(ForwardGradient.Settings)).Write(settings);
        var problem = new Problem([.. Enumerable.Range(1, 10).Select(i => 0.3 * i)], 2, 2, new Geometry.Flat());
        var first = new ForwardGradient().Start(problem, json, 1);
        Tell(first);
        var (snapshot, start) = (first.Save(), first.Best.ToArray());
        var truth = start.Select((x, i) => (i + 1) * x).ToArray();
        var mean = new double[10];
        for (var seed = 0ul; seed < Estimates; seed++)
        {
            var run = new ForwardGradient().Restore(problem, json, seed, snapshot);
            Tell(run);
            for (var i = 0; i < 10; i++)
            {
                mean[i] += (start[i] - run.Best[i]) / Estimates;
            }
        }

        Assert.InRange(Reduce.Distance(mean, truth) / Reduce.Norm(truth), 0, 0.1);
    }

    [Fact]
    [Trait("Row", "150")]
    public void A_good_guess_makes_estimates_vary_less()
    {
        // Along one line the last step is as good a guess as there can be.
        double Spread(bool guess) => Enumerable.Range(0, 200).Sum(seed =>
        {
            var settings = new ForwardGradient.Settings { StepSize = 0.01, Directions = 1, GuessLastStep = guess };
            var run = new ForwardGradient().Start(new Problem([1, 0], 1, 1, new Geometry.Flat()), settings, (purpose, round) =>
                round == 0 ? new RecordedNoise([[1, 0]]) : Noise.Philox((ulong)seed, purpose, round));
            run.Tell(new Judgement.Gradients([0], [1, 0]));
            var before = run.Best.ToArray();
            run.Tell(new Judgement.Gradients([0], [1, 0]));
            var (across, along) = (run.Best[1] - before[1], run.Best[0] - before[0] + 0.01);
            return (across * across) + (along * along);
        });
        Assert.InRange(Spread(true), 0, 1e-20);
        Assert.True(Spread(false) > 1e-3);
    }

    private static void Tell(IRun run)
    {
        var candidates = run.Candidates();
        run.Tell(run.Query.Wants == JudgementKind.Gradients
            ? new Judgement.Gradients([0], [.. candidates[0].Select((x, i) => (i + 1) * x)])
            : new Judgement.Values([.. candidates.Select(c => c.Select((x, i) => (i + 1) * x * x / 2).Sum())]));
    }

    private static double[] Gradient(ReferenceCase example, double[] x)
    {
        var objective = example.Element.GetProperty("objective");
        if (objective.GetProperty("type").GetString() == "quadratic")
        {
            return [.. objective.Rows("A").Zip(objective.Vector("b"), (row, b) => Reduce.Dot(row, x) + b)];
        }

        var gradient = new double[x.Length];
        new Rosenbrock().Gradient(x, gradient);
        return gradient;
    }
}
