using System.Text.Json;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Spaces;
using Ranking.Engine.Tests.Diffusion;

namespace Ranking.Engine.Tests.Spaces;

public sealed class DiffusionSpaceTests
{
    [Fact]
    public async Task Points_are_latents_on_the_shell_and_show_as_files()
    {
        using var tiny = new TinyModel();
        using var models = new Models([tiny.Root], "cpu");
        await using var space = await OpenAsync(models, """{ "model": "tiny", "prompt": "a cat", "steps": 3, "guidance": 2 }""");
        Assert.Equal((256, true), (space.Dimension, space.Renders));
        Assert.IsType<Geometry.Shell>(space.Geometry);
        var point = Start(space, 4);
        Assert.Equal(16, Reduce.Norm(point), 1e-9);
        Assert.Equal(point, Start(space, 4));
        Assert.NotEqual(point, Start(space, 5));
        Assert.Null(space.Value(point));

        var files = await RenderAsync(space, [.. point, .. Start(space, 5)], 2);
        Assert.All(files, file => Assert.Equal("image/png", file.MediaType));
        Assert.Equal(16, Png.Decode(files[0].Bytes.Span).Width);
        Assert.NotEqual(files[0].Bytes.ToArray(), files[1].Bytes.ToArray());
        Assert.Equal(files[0].Bytes.ToArray(), (await RenderAsync(space, point, 1))[0].Bytes.ToArray());
    }

    [Fact]
    public async Task Settings_left_out_are_the_models_own()
    {
        using var tiny = new TinyModel();
        tiny.Write("""{ "prompt": "a cat", "negativePrompt": "a dog", "steps": 3, "guidance": 2 }""", "ranking.json");
        using var models = new Models([tiny.Root], "cpu");
        await using var own = await OpenAsync(models, """{ "model": "tiny" }""");
        await using var same = await OpenAsync(
            models, """{ "model": "tiny", "prompt": "a cat", "negativePrompt": "a dog", "steps": 3, "guidance": 2, "sampler": "ddim" }""");
        await using var other = await OpenAsync(models, """{ "model": "tiny", "sampler": "dpm-solver-multistep", "shell": false }""");
        Assert.IsType<Geometry.Flat>(other.Geometry);
        var point = Start(own, 1);
        var picture = (await RenderAsync(own, point, 1))[0].Bytes.ToArray();
        Assert.Equal(picture, (await RenderAsync(same, point, 1))[0].Bytes.ToArray());
        Assert.NotEqual(picture, (await RenderAsync(other, point, 1))[0].Bytes.ToArray());
    }

    [Theory]
    [InlineData("""{ "model": "other" }""", "model")]
    [InlineData("""{ "model": "tiny", "sampler": "flow-match-euler" }""", "sampler")]
    [InlineData("""{ "model": "tiny", "steps": 251 }""", "steps")]
    [InlineData("""{ "model": "tiny", "size": 3 }""", "size")]
    public async Task Refused_settings_are_named(string settings, string member)
    {
        using var tiny = new TinyModel();
        using var models = new Models([tiny.Root], "cpu");
        var refusal = await Assert.ThrowsAsync<SettingsException>(() => OpenAsync(models, settings));
        Assert.Equal([member], refusal.Errors.Keys);
    }

    private static Task<IOpenSpace> OpenAsync(Models models, string settings) =>
        new DiffusionSpace(models).OpenAsync(JsonDocument.Parse(settings).RootElement);

    private static double[] Start(IOpenSpace space, ulong seed)
    {
        var point = new double[space.Dimension];
        space.Start(Noise.Philox(seed, Purpose.Begin, 0), point);
        return point;
    }

    private static async Task<Artifact[]> RenderAsync(IOpenSpace space, double[] points, int count)
    {
        var files = new Artifact[count];
        await space.RenderAsync(points, count, (i, file) => files[i] = file);
        return files;
    }
}
