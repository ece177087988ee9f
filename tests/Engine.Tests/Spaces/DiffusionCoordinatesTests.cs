using System.Text.Json;
using System.Text.Json.Nodes;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Spaces;
using Ranking.Engine.Tests.Diffusion;

namespace Ranking.Engine.Tests.Spaces;

/// <summary>Points that hold more than the initial noise, or something else.</summary>
public sealed class DiffusionCoordinatesTests : IDisposable
{
    private const int Latent = 256;

    private readonly TinyModel _tiny = new();
    private readonly Models _models;

    public DiffusionCoordinatesTests() => _models = new Models([_tiny.Root], "cpu");

    public void Dispose()
    {
        _models.Dispose();
        _tiny.Dispose();
    }

    [Fact]
    public async Task Settings_start_at_what_they_are()
    {
        await using var plain = await OpenAsync();
        await using var more = await OpenAsync(("searchGuidance", true), ("searchRescale", true), ("promptTowards", "a dog | a house"), ("promptTurns", 3));
        Assert.Equal(Latent + 7, more.Dimension);
        Assert.Equal(new Geometry.ShellAndBox(Latent, true, 3), more.Geometry);
        var start = Start(more);
        Assert.Equal(new double[7], start[Latent..]);
        Assert.Equal(Start(plain), start[..Latent]);
        Assert.Equal(await DrawAsync(plain, Start(plain)), await DrawAsync(more, start));
    }

    [Fact]
    public async Task Two_of_the_guidance_coordinate_double_the_guidance()
    {
        await using var doubled = await OpenAsync(("guidance", 4));
        await using var searched = await OpenAsync(("searchGuidance", true));
        var point = Start(searched);
        point[^1] = 2;
        Assert.Equal(await DrawAsync(doubled, point[..Latent]), await DrawAsync(searched, point));
    }

    [Fact]
    public async Task Four_of_the_rescale_coordinate_add_one_to_it()
    {
        await using var rescaled = await OpenAsync(("guidanceRescale", 0.5));
        await using var searched = await OpenAsync(("searchRescale", true));
        var point = Start(searched);
        point[^1] = 2;
        Assert.Equal(await DrawAsync(rescaled, point[..Latent]), await DrawAsync(searched, point));
    }

    [Theory]
    [InlineData("searchParallel", "guidanceParallel", 0.5)]
    [InlineData("searchMomentum", "guidanceMomentum", -0.25)]
    public async Task One_of_a_setting_of_projected_guidance_adds_its_share(string search, string setting, double value)
    {
        await using var chosen = await OpenAsync(("guidanceMethod", "projected"), ("guidance", 6), (setting, value));
        await using var plain = await OpenAsync(("guidanceMethod", "projected"), ("guidance", 6));
        await using var searched = await OpenAsync(("guidanceMethod", "projected"), ("guidance", 6), (search, true));
        var point = Start(searched);
        point[^1] = 1;
        var picture = await DrawAsync(searched, point);
        Assert.Equal(await DrawAsync(chosen, point[..Latent]), picture);
        Assert.NotEqual(await DrawAsync(plain, point[..Latent]), picture);
    }

    [Fact]
    public async Task Two_of_an_end_of_the_interval_double_its_noise_level()
    {
        await using var chosen = await OpenAsync(("guidanceMethod", "interval"), ("guidance", 6), ("guidanceFrom", 2.0), ("guidanceUntil", 3.0));
        await using var searched = await OpenAsync(("guidanceMethod", "interval"), ("guidance", 6), ("guidanceFrom", 1.0), ("guidanceUntil", 6.0), ("searchInterval", true));
        var point = Start(searched);
        (point[^2], point[^1]) = (2, -2);
        Assert.Equal(await DrawAsync(chosen, point[..Latent]), await DrawAsync(searched, point));
    }

    [Fact]
    public async Task A_setting_that_the_guidance_does_not_read_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<SettingsException>(() => OpenAsync(("searchMomentum", true), ("searchInterval", true)));
        Assert.Equal(["searchMomentum", "searchInterval"], refusal.Errors.Keys);
    }

    [Fact]
    public async Task A_whole_way_towards_another_prompt_is_the_other_prompt()
    {
        await using var other = await OpenAsync(("prompt", "a dog"));
        await using var searched = await OpenAsync(("promptTowards", "a dog"), ("promptReach", 0.5));
        var point = Start(searched);
        point[^1] = 2;
        AssertClose(await DrawAsync(other, point[..Latent]), await DrawAsync(searched, point));
    }

    [Fact]
    public async Task Every_direction_around_the_prompt_changes_the_picture()
    {
        await using var searched = await OpenAsync(("promptTurns", 2), ("promptReach", 2.0), ("guidance", 8));
        var point = Start(searched);
        var seen = new List<byte[]> { await DrawAsync(searched, point) };
        for (var i = 1; i <= 2; i++)
        {
            double[] moved = [.. point];
            moved[^i] = 3;
            seen.Add(await DrawAsync(searched, moved));
        }

        Assert.Equal(3, seen.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public async Task The_noise_may_stay_as_it_is()
    {
        await using var searched = await OpenAsync(("searchNoise", false), ("noiseSeed", 4), ("searchGuidance", true));
        await using var plain = await OpenAsync();
        Assert.Equal(1, searched.Dimension);
        Assert.Equal(new Geometry.Box(-3, 3), searched.Geometry);
        Assert.Equal(await DrawAsync(plain, Start(plain)), await DrawAsync(searched, [0]));
    }

    [Fact]
    public async Task Candidates_of_a_batch_with_settings_of_their_own_are_those_they_are_alone()
    {
        await using var searched = await OpenAsync(("searchGuidance", true), ("promptTurns", 4), ("guidanceMethod", "linear-adaptive"));
        var points = Enumerable.Range(0, 5).Select(i =>
        {
            var point = Start(searched);
            for (var j = Latent; j < point.Length; j++)
            {
                point[j] = Math.Sin((5 * i) + j);
            }

            return point;
        }).ToArray();
        var together = new byte[5][];
        await searched.RenderAsync(points.SelectMany(p => p).ToArray(), 5, (i, file) => together[i] = file.Bytes.ToArray());
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(Png.Decode(together[i]).Rgb, await DrawAsync(searched, points[i]));
        }
    }

    [Fact]
    public async Task Nothing_to_search_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<SettingsException>(() => OpenAsync(("searchNoise", false)));
        Assert.Equal(["searchNoise"], refusal.Errors.Keys);
    }

    private Task<IOpenSpace> OpenAsync(params ReadOnlySpan<(string Key, JsonNode Value)> settings)
    {
        var all = new JsonObject { ["model"] = "tiny", ["prompt"] = "a cat", ["steps"] = 3, ["guidance"] = 2 };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return new DiffusionSpace(_models).OpenAsync(JsonSerializer.SerializeToElement(all));
    }

    private static double[] Start(IOpenSpace space)
    {
        var point = new double[space.Dimension];
        space.Start(Noise.Philox(4, Purpose.Begin, 0), point);
        return point;
    }

    private static async Task<byte[]> DrawAsync(IOpenSpace space, double[] point)
    {
        byte[]? file = null;
        await space.RenderAsync(point, 1, (_, picture) => file = picture.Bytes.ToArray());
        return Png.Decode(file).Rgb;
    }

    private static void AssertClose(byte[] expected, byte[] actual) => Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second, pair.First - 1, pair.First + 1));
}
