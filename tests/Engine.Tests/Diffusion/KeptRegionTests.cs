using System.Text.Json;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Schedulers;
using Ranking.Engine.Spaces;

namespace Ranking.Engine.Tests.Diffusion;

public sealed class KeptRegionTests
{
    public static TheoryData<string> Samplers()
    {
        var catalog = new Catalog<Scheduler>();
        return [.. catalog.Entries.Select(entry => entry.Key).Where(key => !catalog[key].IsFlow)];
    }

    [Theory]
    [Trait("Row", "211")]
    [MemberData(nameof(Samplers))]
    public async Task The_left_half_stays_and_the_right_half_changes_with_the_point(string sampler)
    {
        using var tiny = new TinyModel();
        using var models = new Models([tiny.Root], "cpu");
        await using var free = await OpenAsync(models, sampler, "");
        await using var kept = await OpenAsync(models, sampler, "0, 0, 50, 100");
        var given = await DrawAsync(free, 7);
        var (one, other) = (await DrawAsync(kept, 8), await DrawAsync(kept, 9));
        Assert.InRange(Most(given, one, 0, 8), 0, 1);
        Assert.InRange(Most(given, other, 0, 8), 0, 1);
        Assert.True(Most(one, other, 8, 16) > 20);
        Assert.True(Most(given, one, 8, 16) > 20);
    }

    [Theory]
    [InlineData("0, 0, 50")]
    [InlineData("0, 0, 50, 101")]
    [InlineData("50, 0, 50, 100")]
    [InlineData("left")]
    public async Task Regions_that_are_none_are_refused(string region)
    {
        using var tiny = new TinyModel();
        using var models = new Models([tiny.Root], "cpu");
        var refusal = await Assert.ThrowsAsync<SettingsException>(() => OpenAsync(models, "ddim", region));
        Assert.Equal(["keepRegion"], refusal.Errors.Keys);
    }

    // The largest difference between columns of two pictures of 16×16.
    private static int Most(Picture a, Picture b, int from, int to) =>
        Enumerable.Range(0, a.Rgb.Length).Where(i => i / 3 % 16 >= from && i / 3 % 16 < to).Max(i => Math.Abs(a.Rgb[i] - b.Rgb[i]));

    private static async Task<IOpenSpace> OpenAsync(Models models, string sampler, string region) =>
        await new DiffusionSpace(models).OpenAsync(JsonSerializer.SerializeToElement(new { model = "tiny", prompt = "a cat", steps = 8, guidance = 2, sampler, keepRegion = region, keepSeed = 7 }));

    private static async Task<Picture> DrawAsync(IOpenSpace space, ulong seed)
    {
        var point = new double[space.Dimension];
        space.Start(Noise.Philox(seed, Purpose.Begin, 0), point);
        Picture? picture = null;
        await space.RenderAsync(point, 1, (_, file) => picture = Png.Decode(file.Bytes.Span));
        return picture!;
    }
}
