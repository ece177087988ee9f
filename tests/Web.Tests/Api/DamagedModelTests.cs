using System.Net;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Ranking.Web.Tests.Api;

public sealed class DamagedModelTests : IDisposable
{
    private readonly DemoCopy _demo = new();

    public static TheoryData<string, bool, string> Damages() => new()
    {
        { "unet/model.onnx", false, "unet/model.onnx is missing" },
        { "unet/model.onnx", true, "unet/model.onnx is cut short" },
        { "tokenizer/vocab.json", false, "vocab.json" },
        { "scheduler/scheduler_config.json", true, "scheduler_config.json" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_model_is_listed_with_the_reason_and_a_study_on_it_is_refused(string part, bool isCut, string said)
    {
        Damage(part, isCut);
        using var host = ApiHost.With(("Ranking:ModelRoots", _demo.Root));

        var model = Assert.Single((await host.Admin.GetAsync("/api/v1/models", HttpStatusCode.OK)).Items());
        var refusal = await host.Admin.PostAsync("/api/v1/studies", new { space = new { kind = "diffusion", model = "demo" } }, HttpStatusCode.UnprocessableEntity);

        Assert.Equal("demo", model.Text("name"));
        Assert.Contains(said, model.Text("problem"), StringComparison.Ordinal);
        Assert.Equal(["space.model"], refusal.Members());
        Assert.Contains(said, refusal.GetProperty("errors").GetProperty("space.model")[0].GetString(), StringComparison.Ordinal);
        Assert.Empty((await host.Admin.GetAsync("/api/v1/studies", HttpStatusCode.OK)).Items());
    }

    [Fact]
    public async Task A_model_whose_parts_are_mixed_up_is_refused_when_it_is_loaded()
    {
        File.Copy(_demo.PathOf("vae_decoder/model.onnx"), _demo.PathOf("unet/model.onnx"), overwrite: true);
        using var host = ApiHost.With(("Ranking:ModelRoots", _demo.Root));

        var refusal = await host.Admin.PostAsync("/api/v1/studies", new { space = new { kind = "diffusion", model = "demo" } }, HttpStatusCode.UnprocessableEntity);

        Assert.Contains("unet/model.onnx takes", refusal.GetProperty("errors").GetProperty("space.model")[0].GetString(), StringComparison.Ordinal);
        await host.Admin.GetAsync("/api/v1/models", HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_model_that_is_unknown_is_refused_with_the_known_ones()
    {
        using var host = ApiHost.With(("Ranking:ModelRoots", _demo.Root));

        var refusal = await host.Admin.PostAsync("/api/v1/studies", new { space = new { kind = "diffusion", model = "../demo" } }, HttpStatusCode.UnprocessableEntity);

        Assert.Contains("known are demo", refusal.GetProperty("errors").GetProperty("space.model")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_whose_model_is_damaged_waits_until_it_is_whole_again()
    {
        var folder = ApiHost.NewFolder();
        try
        {
            string study, session;
            JsonElement batch;
            using (var host = ApiHost.Over(folder, ("Ranking:ModelRoots", _demo.Root)))
            {
                study = (await host.Admin.PostAsync("/api/v1/studies", new { space = new { kind = "diffusion", model = "demo", steps = 1 } }, HttpStatusCode.Created)).Text("id");
                session = (await host.Admin.PostAsync($"/api/v1/studies/{study}/sessions", new { }, HttpStatusCode.Created)).Text("id");
                batch = await host.Admin.ReadyAsync(session);
            }

            var whole = File.ReadAllBytes(_demo.PathOf("unet/model.onnx"));
            Damage("unet/model.onnx", isCut: true);
            using (var host = ApiHost.Over(folder, ("Ranking:ModelRoots", _demo.Root)))
            {
                var refusal = await host.Admin.GetAsync($"/api/v1/sessions/{session}", HttpStatusCode.Conflict);
                Assert.Contains("unet/model.onnx is cut short", refusal.Text("detail"), StringComparison.Ordinal);
                await host.Admin.GetAsync($"/api/v1/sessions/{session}/batch", HttpStatusCode.Conflict);
                await host.Admin.PostAsync($"/api/v1/studies/{study}/sessions", new { }, HttpStatusCode.UnprocessableEntity);
                using var picture = await host.Admin.GetAsync(new Uri($"/api/v1/candidates/{batch.Ids()[0]}/image", UriKind.Relative));
                Assert.Equal(HttpStatusCode.OK, picture.StatusCode);

                File.WriteAllBytes(_demo.PathOf("unet/model.onnx"), whole);
                Assert.Equal(batch.ToString(), (await host.Admin.ReadyAsync(session)).ToString());
            }
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    public void Dispose() => _demo.Dispose();

    private void Damage(string part, bool isCut)
    {
        var whole = File.ReadAllBytes(_demo.PathOf(part));
        File.Delete(_demo.PathOf(part));
        if (isCut)
        {
            File.WriteAllBytes(_demo.PathOf(part), whole[..(whole.Length / 2)]);
        }
    }
}
