using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Ranking.Web.Hosting;

namespace Ranking.Web.Tests.Api;

/// <summary>Adding diffusion models over HTTP.</summary>
public sealed class ModelsApiTests : IDisposable
{
    private readonly ApiHost _host = ApiHost.With(("Ranking:ModelRoots", "nowhere"));

    [Fact]
    public async Task A_sent_model_is_listed_and_draws()
    {
        var made = await SendAsync(_host.Admin, "copy", Zip(("demo/", Path.Combine(Paths.Home, "models", "demo"))), HttpStatusCode.Created);
        Assert.Null(made.GetProperty("problem").GetString());
        Assert.Equal([16, 8, 8], made.GetProperty("latentShape").EnumerateArray().Select(n => n.GetInt32()));

        var listed = Assert.Single((await _host.Admin.GetAsync("/api/v1/models", HttpStatusCode.OK)).GetProperty("items").EnumerateArray());
        Assert.Equal("copy", listed.GetProperty("name").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, listed.GetProperty("batchDifference").ValueKind);

        var study = await _host.Admin.PostAsync("/api/v1/studies", new { name = "pictures", space = new { kind = "diffusion", model = "copy", steps = 2 }, batch = new { size = 2 } }, HttpStatusCode.Created);
        var session = await _host.Admin.PostAsync($"/api/v1/studies/{study.GetProperty("id").GetString()}/sessions", new { }, HttpStatusCode.Created);
        var batch = await _host.Admin.GetAsync($"/api/v1/sessions/{session.GetProperty("id").GetString()}/batch?wait=60", HttpStatusCode.OK);
        Assert.Equal("ready", batch.GetProperty("status").GetString());
        listed = (await _host.Admin.GetAsync("/api/v1/models", HttpStatusCode.OK)).GetProperty("items")[0];
        Assert.InRange(listed.GetProperty("batchDifference").GetInt32(), 0, 2);

        Assert.Equal(["model"], (await SendAsync(_host.Admin, "copy", Zip(), HttpStatusCode.UnprocessableEntity)).Members());
    }

    [Theory]
    [InlineData("../elsewhere")]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData(".hidden")]
    public async Task A_name_that_is_no_name_is_refused(string name)
    {
        var problem = await SendAsync(_host.Admin, name, Zip(), HttpStatusCode.UnprocessableEntity);
        Assert.Equal(["model"], problem.Members());
        NothingIsLeft();
    }

    [Fact]
    public async Task An_archive_that_leads_elsewhere_or_is_none_is_refused_and_leaves_nothing()
    {
        var escape = new MemoryStream();
        using (var zip = new ZipArchive(escape, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = new StreamWriter(zip.CreateEntry("../../outside.json").Open());
            entry.Write("{}");
        }

        Assert.Contains("leads elsewhere", (await SendAsync(_host.Admin, "bad", escape.ToArray(), HttpStatusCode.UnprocessableEntity)).GetProperty("errors").GetProperty("model")[0].GetString(), StringComparison.Ordinal);
        await SendAsync(_host.Admin, "bad", [1, 2, 3], HttpStatusCode.UnprocessableEntity);
        await SendAsync(_host.Admin, "bad", Zip(), HttpStatusCode.UnprocessableEntity);
        NothingIsLeft();
        Assert.False(File.Exists(Path.Combine(Path.GetDirectoryName(_host.Folder)!, "outside.json")));
    }

    [Fact]
    public async Task An_archive_is_a_zip_of_bounded_size_from_an_admin()
    {
        await SendAsync(_host.Admin, "text", [1], HttpStatusCode.UnsupportedMediaType, "text/plain");
        await SendAsync(await _host.ClientAsync("oracle"), "mine", Zip(), HttpStatusCode.Forbidden);
        await SendAsync(_host.Client(), "mine", Zip(), HttpStatusCode.Unauthorized);
        using var small = ApiHost.With(("Ranking:LargestModelBytes", "1000"));
        await SendAsync(small.Admin, "big", new byte[1001], HttpStatusCode.RequestEntityTooLarge);
        Assert.Empty(Directory.EnumerateFiles(small.Folder, ".incoming*"));
    }

    /// <inheritdoc/>
    public void Dispose() => _host.Dispose();

    private void NothingIsLeft() => Assert.Empty(Directory.EnumerateFileSystemEntries(_host.Folder, "*incoming*", SearchOption.AllDirectories));

    private static async Task<System.Text.Json.JsonElement> SendAsync(HttpClient client, string name, byte[] archive, HttpStatusCode expected, string type = "application/zip")
    {
        using var content = new ByteArrayContent(archive) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        return await Requests.SendAsync(client, HttpMethod.Post, $"/api/v1/models?name={Uri.EscapeDataString(name)}", content, expected);
    }

    private static byte[] Zip(params ReadOnlySpan<(string Below, string Folder)> folders)
    {
        var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (below, folder) in folders)
            {
                foreach (var part in (string[])["scheduler", "tokenizer", "text_encoder", "unet", "vae_decoder"])
                {
                    foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, part)))
                    {
                        zip.CreateEntryFromFile(file, $"{below}{part}/{Path.GetFileName(file)}", CompressionLevel.NoCompression);
                    }
                }
            }
        }

        return archive.ToArray();
    }
}
