using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Ranking.Web.Hosting;

namespace Ranking.Web.Tests.Api;

public sealed class PresetsApiTests : IDisposable
{
    private readonly ApiHost _host = ApiHost.With(("Ranking:ModelRoots", "nowhere"));

    [Fact]
    [Trait("Row", "31")]
    public async Task A_search_in_the_background_saves_a_preset_that_a_study_can_use()
    {
        await AddDemoAsync();
        await _host.Admin.PostAsync("/api/v1/presets", new { model = "copy", name = "four", steps = 2, generations = 1 }, HttpStatusCode.Accepted);
        await _host.Services.GetRequiredService<PresetJobs>().WhenDoneAsync("copy");
        var state = await _host.Admin.GetAsync("/api/v1/presets?model=copy", HttpStatusCode.OK);
        Assert.False(state.GetProperty("running").GetBoolean());
        Assert.Null(state.GetProperty("problem").GetString());
        var preset = Assert.Single(state.GetProperty("items").EnumerateArray());
        Assert.True(preset.GetProperty("score").GetDouble() <= preset.GetProperty("uniformScore").GetDouble());
        await _host.Admin.PostAsync(
            "/api/v1/studies",
            new { name = "preset", space = new { kind = "diffusion", model = "copy", sampler = preset.Text("sampler"), timesteps = preset.Text("timesteps") } },
            HttpStatusCode.Created);
    }

    [Fact]
    public async Task What_cannot_be_searched_is_refused_by_member()
    {
        await AddDemoAsync();
        Assert.Equal(["model"], (await RefusedAsync(new { model = "other", name = "a" })).Members());
        Assert.Equal(["name"], (await RefusedAsync(new { model = "copy", name = "../a" })).Members());
        Assert.Equal(["steps"], (await RefusedAsync(new { model = "copy", name = "a", steps = 51 })).Members());
        Assert.Equal(["generations"], (await RefusedAsync(new { model = "copy", name = "a", generations = 0 })).Members());
        Assert.Equal(["sampler"], (await RefusedAsync(new { model = "copy", name = "a", sampler = "ddim" })).Members());
    }

    public void Dispose() => _host.Dispose();

    private Task<System.Text.Json.JsonElement> RefusedAsync(object body) => _host.Admin.PostAsync("/api/v1/presets", body, HttpStatusCode.UnprocessableEntity);

    private async Task AddDemoAsync()
    {
        using var bytes = new MemoryStream();
        await ZipFile.CreateFromDirectoryAsync(Path.Combine(Paths.Home, "models", "demo"), bytes, CompressionLevel.Fastest, includeBaseDirectory: true);
        using var content = new ByteArrayContent(bytes.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        using var response = await _host.Admin.PostAsync(new Uri("/api/v1/models?name=copy", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }
}
