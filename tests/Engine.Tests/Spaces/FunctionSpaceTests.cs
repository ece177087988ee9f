using System.Text.Json;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Functions;
using Ranking.Engine.Spaces;

namespace Ranking.Engine.Tests.Spaces;

public sealed class FunctionSpaceTests
{
    private static readonly ISpace Space = new Catalog<ISpace>()["function"];

    [Fact]
    public async Task It_starts_where_the_function_says_and_knows_the_truth()
    {
        await using var open = await Space.OpenAsync(Settings("rosenbrock", 4));
        var start = new double[4];
        open.Start(Noise.Philox(1, Purpose.Begin, 0), start);
        Assert.Equal(new Rosenbrock().Start(4), start);
        Assert.Equal(new Rosenbrock().Value(start), open.Value(start));
    }

    [Theory]
    [InlineData("no-such", 2, "function")]
    [InlineData("himmelblau", 3, "dimension")]
    [InlineData("rosenbrock", 1, "dimension")]
    [InlineData("sphere", 0, "dimension")]
    public async Task Functions_and_dimensions_that_do_not_exist_are_refused_by_name(string function, int dimension, string member)
    {
        var refused = await Assert.ThrowsAsync<SettingsException>(() => Space.OpenAsync(Settings(function, dimension)));
        Assert.Equal([member], refused.Errors.Keys);
    }

    [Theory]
    [InlineData("himmelblau", 2)]
    [InlineData("sphere", 100)]
    public async Task A_picture_shows_the_point_in_petrol_and_the_start_in_grey(string function, int dimension)
    {
        await using var open = await Space.OpenAsync(Settings(function, dimension));
        var point = new double[dimension];
        point[0] = 3;
        var pictures = new List<Artifact>();
        await open.RenderAsync(point, 1, (_, picture) => pictures.Add(picture));
        var picture = Assert.Single(pictures);
        Assert.Equal("image/png", picture.MediaType);
        var (width, height, rgb) = Png.Decode(picture.Bytes.Span);
        Assert.Equal((256, 256), (width, height));
        Assert.Equal((0x0B, 0x6B, 0x73), At(point));
        Assert.Equal((0x7C, 0x86, 0x8A), At(new Catalog<TestFunction>()[function].Start(dimension)));

        (int, int, int) At(double[] x)
        {
            var (lower, upper) = new Catalog<TestFunction>()[function].Domain;
            int Across(double v) => (int)Math.Round(255 * (v - lower) / (upper - lower));
            var at = 3 * (((255 - Across(x[1])) * 256) + Across(x[0]));
            return (rgb[at], rgb[at + 1], rgb[at + 2]);
        }
    }

    [Fact]
    public async Task On_one_axis_a_picture_shows_the_curve_and_the_lower_point_lies_lower()
    {
        await using var open = await Space.OpenAsync(Settings("uneven-wells", 1));
        var function = new Catalog<TestFunction>()["uneven-wells"];
        var (lowest, start) = (function.Minimum(1)[0], function.Start(1)[0]);
        Assert.True(Row(await Render(lowest)) > Row(await Render(start)) + 20);
        Assert.Equal(await Render(function.Domain.Upper), await Render(1e9));

        async Task<byte[]> Render(double x)
        {
            var pictures = new List<byte[]>();
            await open.RenderAsync(new[] { x }, 1, (_, picture) => pictures.Add(picture.Bytes.ToArray()));
            return Assert.Single(pictures);
        }

        // The middle row of the petrol dot.
        static double Row(byte[] file)
        {
            var (width, height, rgb) = Png.Decode(file);
            var pixels = Enumerable.Range(0, width * height).Where(i => (rgb[3 * i], rgb[(3 * i) + 1], rgb[(3 * i) + 2]) == (0x0B, 0x6B, 0x73)).ToArray();
            Assert.InRange(pixels.Length, 50, 400);
            return pixels.Average(i => i / width);
        }
    }

    [Fact]
    public async Task The_same_point_gives_the_same_bytes_in_any_batch_and_points_outside_the_domain_are_drawn()
    {
        await using var open = await Space.OpenAsync(Settings("ackley", 2));
        double[] points = [1, 2, 40, -1e9, 1, 2];
        var pictures = new Artifact[3];
        await open.RenderAsync(points, 3, (i, picture) => pictures[i] = picture);
        Assert.Equal(pictures[0].Bytes.ToArray(), pictures[2].Bytes.ToArray());
        Assert.NotEqual(pictures[0].Bytes.ToArray(), pictures[1].Bytes.ToArray());
    }

    [Fact]
    public async Task Rendering_stops_when_it_is_cancelled()
    {
        await using var open = await Space.OpenAsync(Settings("sphere", 2));
        using var cancel = new CancellationTokenSource();
        var done = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => open.RenderAsync(
            new double[200], 100, (_, _) => { done++; cancel.Cancel(); }, null, cancel.Token));
        Assert.Equal(1, done);
    }

    [Theory]
    [InlineData("zeros", true)]
    [InlineData("normal", false)]
    public async Task An_external_space_starts_at_zero_or_at_a_normal_point_and_has_no_pictures(string start, bool isZero)
    {
        await using var open = await new Catalog<ISpace>()["external"].OpenAsync(JsonSerializer.SerializeToElement(new { dimension = 5, start }));
        var point = new double[5];
        open.Start(Noise.Philox(1, Purpose.Begin, 0), point);
        Assert.Equal(isZero, point.All(x => x == 0));
        Assert.False(open.Renders);
        await Assert.ThrowsAsync<InvalidOperationException>(() => open.RenderAsync(point, 1, (_, _) => { }));
    }

    private static JsonElement Settings(string function, int dimension) => JsonSerializer.SerializeToElement(new { function, dimension });
}
