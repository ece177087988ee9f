using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class ZoAdaMmTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [Trait("Row", "100")]
    [ReferenceData("zo", "zo-adamm.json")]
    public void It_follows_the_published_trajectory(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        var settings = new ZoAdaMm.Settings
        {
            Smoothing = example.Parameter("mu"),
            StepSize = example.Parameter("alpha"),
            Beta1 = example.Parameter("beta1"),
            Beta2 = example.Parameter("beta2"),
            FirstSquare = example.Parameter("vInit"),
            Decay = example.Parameters.GetProperty("stepDecay").GetString() == "inverse-sqrt" ? StepSchedule.InverseSqrt : StepSchedule.Constant,
        };

        // The published run clips the point after a step, not the perturbed points that are valued.
        var run = new ZoAdaMm().Start(example.Start(example.Whole("q") + 1) with { Geometry = Domain(example) }, settings, example.Recorded("u"));
        if (!example.Parameters.TryGetProperty("box", out _))
        {
            example.Follow(run);
            example.AssertClose(example.Expected.Vector("finalM"), run.Vector("mean"), "m");
            example.AssertClose(example.Expected.Vector("finalV"), run.Vector("square"), "v");
            example.AssertClose(example.Expected.Vector("finalVHat"), run.Vector("largest"), "v̂");
            return;
        }

        for (var round = 0; round < example.Whole("iterations"); round++)
        {
            run.Value(Objectives.Of(example));
            Assert.All(run.Best.ToArray(), x => Assert.InRange(x, -0.5, 0.5));
        }

        Assert.True(Objectives.Of(example)(run.Best.ToArray()) < example.Expected.Vector("f")[0]);
    }

    private static Geometry Domain(ReferenceCase example) => example.Parameters.TryGetProperty("box", out var box)
        ? new Geometry.Box(box.Vector()[0], box.Vector()[1])
        : new Geometry.Flat();
}
