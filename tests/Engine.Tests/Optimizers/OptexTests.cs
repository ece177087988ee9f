using System.Text.Json;
using Ranking.Engine.Functions;
using Ranking.Engine.Optimizers;

namespace Ranking.Engine.Tests.Optimizers;

public sealed class OptexTests
{
    [Theory]
    [Trait("Row", "86")]
    [InlineData("sgd")]
    [InlineData("adam")]
    [InlineData("nesterov")]
    public void With_one_point_a_round_it_is_the_method_itself(string inner)
    {
        var run = Start(inner, 1, 4);
        var plain = new Catalog<IOptimizer>()[inner].Start(Problem(4), default, State(run).GetProperty("inner").GetProperty("seed").GetUInt64());
        for (var round = 0; round < 30; round++)
        {
            Assert.Equal(plain.Candidates(), run.Candidates());
            run.Slope(new Sphere());
            plain.Slope(new Sphere());
            Assert.Equal(plain.Best.ToArray(), run.Best.ToArray());
            Assert.Equal(plain.Save().State, State(run).GetProperty("inner").GetProperty("state").GetBytesFromBase64());
        }
    }

    [Fact]
    [Trait("Row", "86")]
    public void Four_points_a_round_come_with_the_gradients_that_lead_from_one_to_the_next()
    {
        var run = Start("sgd", 4, 3, new { momentum = 0, stepSize = 0.05 });
        Assert.Equal(1, run.Query.Count);
        run.Slope(new Sphere());
        for (var round = 0; round < 5; round++)
        {
            var (points, predicted) = (run.Candidates(), run.Vector("predicted").Chunk(3).ToArray());
            Assert.Equal(4, points.Length);
            Assert.Equal(4, predicted.Length);
            for (var i = 0; i < 3; i++)
            {
                Assert.All(Enumerable.Range(0, 3), j => Assert.Equal(points[i][j] - (0.05 * predicted[i][j]), points[i + 1][j], 1e-12));
            }

            run.Slope(new Sphere());
        }
    }

    [Fact]
    public void Predicted_steps_save_rounds()
    {
        static int Rounds(int proposals)
        {
            var (run, rounds) = (Start("sgd", proposals, 6, new { momentum = 0, stepSize = 0.01 }), 0);
            for (; Reduce.SumOfSquares(run.Best) > 0.1; rounds++)
            {
                run.Slope(new Sphere());
            }

            return rounds;
        }

        Assert.InRange(Rounds(4), 1, Rounds(1) / 2);
    }

    [Fact]
    public void A_gradient_that_changes_evenly_is_predicted_beyond_the_points_that_are_known()
    {
        double[] points = [0, 0.5, 1];
        var memory = new GradientMemory(points, [.. points.Select(x => 2 * (x - 3))], 1, 5, 1e-8);
        var predicted = new double[1];
        memory.Predict([1.5], predicted);
        Assert.Equal(-3, predicted[0], 0.05);
        memory.Predict([0.5], predicted);
        Assert.Equal(-5, predicted[0], 1e-3);
    }

    [Fact]
    public void The_method_inside_can_not_be_itself_and_its_settings_are_checked()
    {
        Assert.DoesNotContain("optex", new Optex().Schema.Fields.Single(field => field.Key == "inner").Choices);
        var refused = Assert.Throws<SettingsException>(() => Start("sgd", 2, 3, new { stepSize = -1 }));
        Assert.Equal(["innerSettings"], refused.Errors.Keys);
    }

    private static Problem Problem(int dimension) => new(new Sphere().Start(dimension), 4, 1, new Geometry.Flat());

    private static IRun Start(string inner, int proposals, int dimension, object? settings = null) => new Optex().Start(
        Problem(dimension),
        JsonSerializer.SerializeToElement(new { inner, proposals, innerSettings = settings is null ? "" : JsonSerializer.Serialize(settings) }),
        8);

    private static JsonElement State(IRun run) => JsonSerializer.Deserialize<JsonElement>(run.Save().State);
}
