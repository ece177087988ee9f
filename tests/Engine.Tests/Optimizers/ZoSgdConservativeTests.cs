using Ranking.Engine.Functions;
using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class ZoSgdConservativeTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [Trait("Row", "100")]
    [ReferenceData("zo", "zo-sgd-conservative.json")]
    public void It_makes_the_published_choices(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var settings = new ZoSgdConservative.Settings { Smoothing = example.Parameter("mu"), StepSize = example.Parameter("eta") };
        var (x, choices, f) = (example.Expected.Rows("x"), example.Expected.GetProperty("choice").Wholes(), Objectives.Of(example));
        var draws = example.Recorded("u");
        var run = new ZoSgdConservative().Start(example.Start(2), settings, (purpose, round) => draws(purpose, round / 2));
        for (var t = 0; t < choices.Length; t++)
        {
            example.AssertClose(x[t], run.Best, $"x[{t}]");
            run.Value(f);
            Assert.Equal([choices[t]], run.Rank(f));
        }

        example.AssertClose(x[^1], run.Best, "last x");
    }

    [Theory]
    [Trait("Row", "100")]
    [InlineData(0.001)]
    [InlineData(0.05)]
    [InlineData(10)]
    public void Without_noise_the_value_never_rises(double stepSize)
    {
        var function = new Rosenbrock();
        for (var seed = 0ul; seed < 5; seed++)
        {
            var run = new ZoSgdConservative().Start(
                new Problem([-1.2, 1, 0.3, 2], 6, 3, new Geometry.Flat()),
                new ZoSgdConservative.Settings { StepSize = stepSize },
                (purpose, round) => Noise.Philox(seed, purpose, round));
            var value = function.Value(run.Best);
            for (var round = 0; round < 200; round++)
            {
                run.Value(x => function.Value(x));
                Assert.True(function.Value(run.Best) <= value, $"seed {seed}, round {round}");
                value = function.Value(run.Best);
            }
        }
    }

    [Fact]
    public void None_better_stays_and_a_skipped_choice_estimates_again()
    {
        var run = new ZoSgdConservative().Start(new Problem([1, 2], 4, 2, new Geometry.Flat()), default, 1);
        run.Value(x => x.Sum());
        Assert.Equal(Stage.LineSearch, run.Query.Stage);
        run.Tell(new Judgement.Overall(Verdict.NoneBetter));
        Assert.Equal([1, 2], run.Best.ToArray());
        run.Value(x => x.Sum());
        run.Skip();
        Assert.Equal(Stage.Explore, run.Query.Stage);
    }
}
