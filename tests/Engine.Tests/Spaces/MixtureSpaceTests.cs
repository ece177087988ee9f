using System.Text.Json;
using Ranking.Engine.Diffusion;
using Ranking.Engine.Guidances;
using Ranking.Engine.Schedulers;
using Ranking.Engine.Spaces;

namespace Ranking.Engine.Tests.Spaces;

public sealed class MixtureSpaceTests
{
    public static TheoryData<string> Samplers() => [.. new Catalog<Scheduler>().Entries.Select(entry => entry.Key)];

    public static TheoryData<string> Guided() => [.. new Catalog<Guidance>().Entries.Select(entry => entry.Key)];

    [Theory]
    [Trait("Row", "132")]
    [MemberData(nameof(Samplers))]
    public async Task Every_sampler_runs_without_a_network_and_ends_in_the_mixture(string sampler)
    {
        await using var space = await OpenAsync($$"""{ "sampler": "{{sampler}}", "steps": 40, "spread": 0.3 }""");
        var (point, worst) = (new double[2], 0.0);
        for (var seed = 0UL; seed < 20; seed++)
        {
            space.Start(Noise.Philox(seed, Purpose.Begin, 0), point);
            worst = Math.Max(worst, space.Value(point)!.Value);
        }

        // Minus the log density is 0.9 at the centre of a component and 8.9 four deviations away from it.
        Assert.InRange(worst, 0.8, 8.9);
        var file = Assert.Single(await RenderAsync(space, point, 1));
        Assert.Equal((256, 256), (Png.Decode(file.Bytes.Span).Width, Png.Decode(file.Bytes.Span).Height));
    }

    [Theory]
    [MemberData(nameof(Guided))]
    public async Task Every_guidance_leads_to_the_wanted_component(string method)
    {
        await using var space = await OpenAsync($$"""{ "wanted": 2, "guidance": 3, "guidanceMethod": "{{method}}", "spread": 0.4 }""");
        var point = new double[2];
        for (var seed = 0UL; seed < 10; seed++)
        {
            space.Start(Noise.Philox(seed, Purpose.Begin, 0), point);

            // In a circle of five, another component's centre is 1.76, that is 4.4 deviations, away: 9.7 and more.
            Assert.InRange(space.Value(point)!.Value, 0, 9.6);
        }
    }

    [Fact]
    public async Task Pictures_are_the_same_alone_and_in_a_batch()
    {
        await using var space = await OpenAsync("""{ "wanted": 1, "guidance": 2, "dimension": 6 }""");
        var points = new double[4 * space.Dimension];
        Noise.Philox(9, Purpose.Begin, 0).Normal(0, points);
        var together = await RenderAsync(space, points, 4);
        for (var i = 0; i < 4; i++)
        {
            var alone = await RenderAsync(space, points[(i * space.Dimension)..((i + 1) * space.Dimension)], 1);
            Assert.Equal(alone[0].Bytes.ToArray(), together[i].Bytes.ToArray());
        }

        Assert.NotEqual(together[0].Bytes.ToArray(), together[1].Bytes.ToArray());
    }

    [Theory]
    [InlineData("ddim", true)]
    [InlineData("ddpm", false)]
    [InlineData("euler-ancestral", false)]
    public async Task A_sampler_that_draws_is_noted(string sampler, bool deterministic)
    {
        await using var space = await OpenAsync($$"""{ "sampler": "{{sampler}}" }""");
        Assert.Equal(deterministic, !space.Notes.Any(note => note.Contains("fresh noise", StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("Row", "185")]
    public async Task Saved_network_calls_are_noted()
    {
        await using var space = await OpenAsync("""{ "sampler": "ddim", "wanted": 1, "guidance": 4, "guidanceMethod": "adaptive", "guidanceThreshold": -1 }""");
        Assert.Empty(space.Notes);
        await RenderAsync(space, new double[4], 2);
        Assert.Equal("21 network calls a picture, 19 fewer than two a step.", Assert.Single(space.Notes));
    }

    [Theory]
    [InlineData("""{ "wanted": 6 }""", "wanted")]
    [InlineData("""{ "guidanceMethod": "classifier" }""", "wanted")]
    [InlineData("""{ "guidanceMethod": "none" }""", "guidanceMethod")]
    [InlineData("""{ "sampler": "magic" }""", "sampler")]
    [InlineData("""{ "sampler": "ddim", "schedule": "karras" }""", "schedule")]
    [InlineData("""{ "sampler": "lcm", "steps": 60 }""", "steps")]
    [InlineData("""{ "timesteps": "10, 20" }""", "timesteps")]
    [InlineData("""{ "timesteps": "ten" }""", "timesteps")]
    public async Task Refused_settings_are_named(string settings, string member)
    {
        var refusal = await Assert.ThrowsAsync<SettingsException>(() => OpenAsync(settings));
        Assert.Equal([member], refusal.Errors.Keys);
    }

    [Theory]
    [InlineData("\"schedule\": \"karras\"")]
    [InlineData("\"schedule\": \"exponential\"")]
    [InlineData("\"schedule\": \"sgmUniform\"")]
    [InlineData("\"schedule\": \"leading\"")]
    [InlineData("\"schedule\": \"trailing\"")]
    [InlineData("\"timesteps\": \"990, 600, 300, 100\"")]
    [InlineData("\"noising\": \"squaredcosCapV2\"")]
    [InlineData("\"noising\": \"scaledLinear\"")]
    public async Task Schedules_change_the_sample(string setting)
    {
        await using var usual = await OpenAsync("""{ "sampler": "euler" }""");
        await using var other = await OpenAsync($$"""{ "sampler": "euler", {{setting}} }""");
        double[] point = [0.4, -0.7];
        Assert.NotEqual(usual.Value(point), other.Value(point));
    }

    private static Task<IOpenSpace> OpenAsync(string settings) => new MixtureSpace().OpenAsync(JsonDocument.Parse(settings).RootElement);

    private static async Task<Artifact[]> RenderAsync(IOpenSpace space, double[] points, int count)
    {
        var files = new Artifact[count];
        await space.RenderAsync(points, count, (i, file) => files[i] = file);
        return files;
    }
}
