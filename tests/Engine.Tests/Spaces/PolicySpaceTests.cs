using System.Text.Json;
using Ranking.Engine.Control;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Spaces;

namespace Ranking.Engine.Tests.Spaces;

public sealed class PolicySpaceTests
{
    private static readonly ISpace Space = new Catalog<ISpace>()["policy"];

    [Theory]
    [InlineData("cart-pole", 0, 5)]
    [InlineData("cart-pole", 4, 25)]
    [InlineData("swimmer", 0, 10)]
    public async Task A_point_has_a_number_for_each_weight_and_bias(string task, int hidden, int dimension)
    {
        await using var open = await Open(task, hidden);
        Assert.Equal(dimension, open.Dimension);
        var start = new double[dimension];
        open.Start(Noise.Philox(1, Purpose.Begin, 0), start);
        Assert.True(double.IsFinite(open.Value(start)!.Value));
    }

    [Fact]
    public async Task The_known_value_is_the_negative_mean_return()
    {
        await using var open = await Open("cart-pole", 0);
        Assert.Equal(-200, open.Value([0.3, 0.5, 4, 3, 0]));
        Assert.True(open.Value([0, 0, 0, 0, 0]) > -60);
    }

    [Fact]
    public async Task Pictures_are_strips_that_repeat_and_tell_policies_apart()
    {
        foreach (var task in new Catalog<ControlTask>().Entries)
        {
            await using var open = await Open(task.Key, 0);
            var points = new double[2 * open.Dimension];
            Noise.Philox(3, Purpose.Ask, 0).Normal(0, points.AsSpan(open.Dimension));
            var (first, again) = (await Render(open, points), await Render(open, points));
            Assert.Equal(first[0], again[0]);
            Assert.Equal(first[1], again[1]);
            Assert.NotEqual(first[0], first[1]);
            Assert.Equal((384, 384), (Png.Decode(first[0]).Width, Png.Decode(first[0]).Height));
        }
    }

    [Fact]
    public async Task A_strip_ends_with_the_end_of_the_episode_and_says_how_long_it_was()
    {
        await using var open = await Open("cart-pole", 0);
        double[] points = [0, 0, 0, 0, 0, 0.3, 0.5, 4, 3, 0];
        var strips = await Render(open, points);
        Assert.Equal(0.05, Bar(strips[0]), 0.05);
        Assert.Equal(1, Bar(strips[1]), 1e-9);

        // The share of petrol in the last row of the last moment.
        static double Bar(byte[] file)
        {
            var (width, height, rgb) = Png.Decode(file);
            var row = Enumerable.Range(width - 127, 126).Select(x => 3 * (((height - 3) * width) + x)).ToArray();
            return row.Count(at => (rgb[at], rgb[at + 1], rgb[at + 2]) == (0x0B, 0x6B, 0x73)) / (double)row.Length;
        }
    }

    [Fact]
    public async Task A_task_that_does_not_exist_is_refused_by_name()
    {
        var refused = await Assert.ThrowsAsync<SettingsException>(() => Open("no-such", 0));
        Assert.Equal(["task"], refused.Errors.Keys);
    }

    private static Task<IOpenSpace> Open(string task, int hidden) => Space.OpenAsync(JsonSerializer.SerializeToElement(new { task, hidden }));

    private static async Task<byte[][]> Render(IOpenSpace open, double[] points)
    {
        var pictures = new byte[2][];
        await open.RenderAsync(points, 2, (i, artifact) => pictures[i] = artifact.Bytes.ToArray());
        return pictures;
    }
}
