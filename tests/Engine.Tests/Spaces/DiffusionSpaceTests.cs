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

    [Fact]
    public async Task Files_come_in_order_and_the_network_does_not_wait_for_them()
    {
        using var tiny = new TinyModel();
        using var models = new Models([tiny.Root], "cpu");
        await using var space = await OpenAsync(models, """{ "model": "tiny", "prompt": "a cat", "steps": 2 }""");
        await using var other = await OpenAsync(models, """{ "model": "tiny", "prompt": "a dog", "steps": 2 }""");
        using var otherIsDone = new ManualResetEventSlim();
        var seen = new List<int>();
        var point = Start(space, 1);
        var slow = Task.Run(() => space.RenderAsync(new double[][] { point, point, point }.SelectMany(p => p).ToArray(), 3, (i, _) =>
        {
            Assert.True(otherIsDone.Wait(TimeSpan.FromSeconds(30)), "The network waited for a file.");
            seen.Add(i);
        }));
        await RenderAsync(other, point, 1);
        otherIsDone.Set();
        await slow;
        Assert.Equal([0, 1, 2], seen);
    }

    [Fact]
    public async Task A_prompt_that_is_too_long_is_cut_and_said_to_be()
    {
        using var tiny = new TinyModel();
        using var models = new Models([tiny.Root], "cpu");
        var (fits, longer) = (string.Join(' ', Enumerable.Repeat("a", 75)), string.Join(' ', Enumerable.Repeat("a", 90)));
        await using var short75 = await OpenAsync(models, JsonSerializer.Serialize(new { model = "tiny", prompt = fits, negativePrompt = fits, steps = 2, guidance = 2 }));
        await using var cut = await OpenAsync(models, JsonSerializer.Serialize(new { model = "tiny", prompt = longer, negativePrompt = longer, steps = 2, guidance = 2 }));
        await using var unguided = await OpenAsync(models, JsonSerializer.Serialize(new { model = "tiny", prompt = longer, negativePrompt = longer, steps = 2, guidance = 1 }));
        Assert.Empty(short75.Notes);
        Assert.Equal(
            [
                "The prompt is too long: the model reads the first 75 of its 90 tokens and leaves out the rest.",
                "The negative prompt is too long: the model reads the first 75 of its 90 tokens and leaves out the rest.",
            ],
            cut.Notes);
        Assert.Single(unguided.Notes);
        var point = Start(cut, 1);
        Assert.Equal((await RenderAsync(short75, point, 1))[0].Bytes.ToArray(), (await RenderAsync(cut, point, 1))[0].Bytes.ToArray());
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
