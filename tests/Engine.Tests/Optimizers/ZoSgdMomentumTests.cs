using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class ZoSgdMomentumTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [Trait("Row", "100")]
    [ReferenceData("zo", "zo-sgd.json")]
    public void Without_momentum_it_is_zo_sgd(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var isCentral = example.Parameters.GetProperty("form").GetString() == "central";
        var settings = new ZoSgdMomentum.Settings
        {
            Smoothing = example.Parameter("mu"),
            StepSize = example.Parameter("eta"),
            WeightDecay = example.Parameter("weightDecay"),
            Momentum = 0,
            Form = isCentral ? Difference.Central : Difference.Forward,
            Directions = example.Parameters.GetProperty("directions").GetString() == "unit" ? Distribution.Sphere : Distribution.Gaussian,
        };
        var candidates = isCentral ? 2 * example.Whole("q") : example.Whole("q") + 1;
        example.Follow(new ZoSgdMomentum().Start(example.Start(candidates), settings, example.Recorded("u")));
    }

    [Fact]
    [Trait("Row", "100")]
    public void The_second_step_keeps_a_share_of_the_first()
    {
        // One coordinate and f = x: along any direction u the estimate is u², here 1 and 4.
        var run = new ZoSgdMomentum().Start(
            new Problem([0], 2, 2, new Geometry.Flat()),
            new ZoSgdMomentum.Settings { StepSize = 0.1, Momentum = 0.5, Smoothing = 0.5 },
            (_, round) => new RecordedNoise([[round == 0 ? 1 : -2]]));
        run.Value(x => x[0]);
        Assert.Equal(-0.1, run.Best[0], 1e-12);
        run.Value(x => x[0]);
        Assert.Equal(-0.1 - (0.1 * (0.5 + 4)), run.Best[0], 1e-12);
    }
}
