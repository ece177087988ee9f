using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class ZoAdamTests
{
    [Fact]
    [Trait("Row", "100")]
    public void It_makes_the_steps_of_adam_on_the_estimated_gradients()
    {
        // In one dimension with direction 1 the forward difference of f = x²/2 at x is x + μ/2.
        const double Smoothing = 0.01;
        var run = new ZoAdam().Start(
            new Problem([1], 2, 2, new Geometry.Flat()), new ZoAdam.Settings { Smoothing = Smoothing, StepSize = 0.1 }, (_, _) => new RecordedNoise([[1]]));
        var adam = new Adam().Start(
            new Problem([1], 1, 1, new Geometry.Flat()), new Adam.Settings { StepSize = 0.1 }, (purpose, round) => Noise.Philox(1, purpose, round));
        for (var round = 0; round < 30; round++)
        {
            Assert.Equal(adam.Best[0], run.Best[0], 1e-9);
            run.Value(x => x[0] * x[0] / 2);
            adam.Tell(new Judgement.Gradients([0], [adam.Best[0] + (Smoothing / 2)]));
        }
    }
}
