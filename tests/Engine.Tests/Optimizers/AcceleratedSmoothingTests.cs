using System.Text.Json;
using Ranking.Engine.Optimizers;
using Ranking.Engine.Tests.Reference;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class AcceleratedSmoothingTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [Trait("Row", "82")]
    [ReferenceData("zo", "gfm.json")]
    public void Gradient_descent_on_the_smoothed_objective_is_the_published_gradient_free_method(ReferenceCase example)
    {
        ArgumentNullException.ThrowIfNull(example);
        if (example.Parameters.GetProperty("variant").GetString() != "GFM")
        {
            return;
        }

        var settings = new AcceleratedSmoothing.Settings
        {
            Inner = "sgd",
            InnerSettings = JsonSerializer.Serialize(new { stepSize = example.Parameter("eta"), momentum = 0 }),
            Smoothing = example.Parameter("delta"),
        };
        var draws = example.Recorded("w");
        example.Follow(new AcceleratedSmoothing().Start(example.Start(2 * example.Whole("q")), settings, (purpose, round) =>
            purpose == Purpose.Begin ? Noise.Philox(1, purpose, round) : draws(purpose, round)));
    }

    [Theory]
    [Trait("Row", "82")]
    [InlineData("sgd")]
    [InlineData("adam")]
    [InlineData("lion")]
    public void Every_first_order_method_comes_down_an_objective_with_kinks(string inner)
    {
        var settings = SettingsSchema.Of(typeof(AcceleratedSmoothing.Settings)).Write(new AcceleratedSmoothing.Settings { Inner = inner });
        var run = new AcceleratedSmoothing().Start(new Problem([2, -3, 1, 4], 8, 4, new Geometry.Flat()), settings, 3);
        for (var round = 0; round < 500; round++)
        {
            run.Value(x => x.Sum(Math.Abs));
        }

        Assert.InRange(run.Best.ToArray().Sum(Math.Abs), 0, 1);
    }

    [Fact]
    public void Only_first_order_methods_are_offered_and_their_settings_are_checked()
    {
        var choices = new AcceleratedSmoothing().Schema.Fields.Single(field => field.Key == "inner").Choices;
        Assert.Contains("adam", choices);
        Assert.DoesNotContain("zo-rank-sgd", choices);
        var refused = Assert.Throws<SettingsException>(() => new AcceleratedSmoothing().Start(
            new Problem([1], 2, 1, new Geometry.Flat()), JsonSerializer.SerializeToElement(new { inner = "adam", innerSettings = """{"stepSize":-1}""" }), 1));
        Assert.Equal(["innerSettings"], refused.Errors.Keys);
        Assert.Contains("Step size", refused.Message, StringComparison.Ordinal);
    }
}
