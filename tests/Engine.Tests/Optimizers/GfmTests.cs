using System.Text.Json;
using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class GfmTests
{
    private static readonly JsonElement Falling = JsonSerializer.SerializeToElement(new { decay = "linear", plannedSteps = 600 });

    [Theory]
    [Trait("Category", "Reference")]
    [Trait("Row", "54")]
    [ReferenceData("zo", "gfm.json")]
    public void Both_follow_the_published_trajectory(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        if (example.Parameters.GetProperty("variant").GetString() == "GFM")
        {
            var settings = new Gfm.Settings { Smoothing = example.Parameter("delta"), StepSize = example.Parameter("eta") };
            example.Follow(new Gfm().Start(example.Start(2 * example.Whole("q")), settings, example.Recorded("w")));
            return;
        }

        var draws = example.Inputs.GetProperty("w").EnumerateArray().Select(w => w.GetArrayLength()).ToArray();
        var plus = new GfmPlus.Settings
        {
            Smoothing = example.Parameter("delta"),
            StepSize = example.Parameter("eta"),
            Period = example.Whole("period"),
            RenewalDirections = draws[0],
        };
        example.Follow(new GfmPlus().Start(example.Start(4 * draws[1]), plus, example.Recorded("w")));
    }

    [Theory]
    [Trait("Row", "54")]
    [InlineData("gfm")]
    [InlineData("gfm-plus")]
    public void With_falling_steps_both_come_down_an_objective_with_kinks(string key)
    {
        var run = new Catalog<IOptimizer>()[key].Start(new Problem([2, -3, 1, 4, -2], 8, 4, new Geometry.Flat()), Falling, 3);
        for (var round = 0; round < 600; round++)
        {
            run.Value(x => x.Sum(Math.Abs));
        }

        Assert.InRange(run.Best.ToArray().Sum(Math.Abs), 0, 0.1);
    }

    [Fact]
    public void Central_differences_along_unit_directions_are_no_settings_of_theirs()
    {
        Assert.DoesNotContain(new Gfm().Schema.Fields, field => field.Key is "form" or "directions");
        Assert.DoesNotContain(new GfmPlus().Schema.Fields, field => field.Key is "form" or "directions");
    }
}
