using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Ranking.Engine.Tests.Diffusion;
using static Microsoft.Playwright.Assertions;

namespace Ranking.E2E.Tests;

/// <summary>Somebody brings a model of their own: refused while it is broken, listed when it is whole, and ranked.</summary>
[Collection(nameof(Chrome))]
public sealed class ModelJourneyTests(Chrome chrome) : IDisposable
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), "ranking-e2e-" + Guid.NewGuid().ToString("N"));

    [Fact]
    public async Task A_model_is_sent_refused_while_broken_listed_when_whole_and_ranked()
    {
        using var tiny = new TinyModel();
        File.WriteAllBytes(tiny.File("unwanted.bin"), new byte[4 << 20]);
        var whole = await ZipAsync(tiny);
        var unet = tiny.File("unet", "model.onnx");
        File.WriteAllBytes(unet, File.ReadAllBytes(unet)[..^20]);
        var cut = await ZipAsync(tiny);
        using var server = await Server.StartAsync(_data);
        await using var window = await chrome.WindowAsync();
        var page = await window.NewPageAsync();
        await page.GotoAsync(server.LoginLink.ToString());
        await page.GotoAsync($"{server.Address}models");
        await Expect(page.Locator("article.model")).ToHaveCountAsync(1);
        await ConnectedAsync(page, Encoding.ASCII.GetBytes("no archive"));

        var add = page.GetByRole(AriaRole.Button, new() { Name = "Add model" });
        await add.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not a zip archive");
        await ChooseAsync(page, cut);
        await add.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("unet/model.onnx is cut short");
        await Expect(page.Locator("article.model")).ToHaveCountAsync(1);

        // A slow line, so that there is something to see of the way.
        var network = await window.NewCDPSessionAsync(page);
        await network.SendAsync("Network.enable");
        await network.SendAsync("Network.emulateNetworkConditions", new() { ["offline"] = false, ["latency"] = 0, ["downloadThroughput"] = -1, ["uploadThroughput"] = whole.Length / 4 });
        await ChooseAsync(page, whole);
        await add.ClickAsync();
        await Expect(page.Locator("progress")).ToHaveAttributeAsync("value", new Regex("^0\\.[1-9]"));
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Add a model" }).GetByRole(AriaRole.Status)).ToContainTextAsync("my-model is ready.");
        await network.SendAsync("Network.emulateNetworkConditions", new() { ["offline"] = false, ["latency"] = 0, ["downloadThroughput"] = -1, ["uploadThroughput"] = -1 });
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await Expect(page.Locator("article.model").Filter(new() { HasText = "my-model" })).ToContainTextAsync("16 × 16 px");

        await page.GetByRole(AriaRole.Status).GetByRole(AriaRole.Link, new() { Name = "New study" }).ClickAsync();
        await Expect(page.GetByText("Numbers per point")).ToBeVisibleAsync();
        await page.Locator("#space-model").SelectOptionAsync("my-model");
        await Expect(page.Locator(".est")).ToContainTextAsync("256");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create with these settings" }).Last.ClickAsync();
        await page.StartRankingAsync();
        await page.RankAsync();
        await Expect(page.GetByText("Round 2", new() { Exact = true })).ToBeVisibleAsync();
        await page.ReadyAsync();

        // What lies between its pictures, by keyboard.
        await page.GotoAsync($"{server.Address}sessions/{new Uri(page.Url).Segments[^1]}");
        await Expect(page.GetByText("live", new() { Exact = true })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Between two" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        foreach (var picture in (string[])["Picture 5 of round 1", "Picture 2 of round 1"])
        {
            await page.GetByRole(AriaRole.Button, new() { Name = picture }).FocusAsync();
            await page.Keyboard.PressAsync("Space");
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = picture })).ToHaveAttributeAsync("aria-pressed", "true");
        }

        await Expect(page.Locator(".passage img")).ToHaveCountAsync(7);
        await page.WaitForFunctionAsync("[...document.querySelectorAll('.passage img')].every(image => image.naturalWidth > 0)");
    }

    public void Dispose()
    {
        if (Directory.Exists(_data))
        {
            Directory.Delete(_data, recursive: true);
        }
    }

    // A page that is not connected yet suggests no name for a chosen file.
    private static async Task ConnectedAsync(IPage page, byte[] archive)
    {
        for (var left = 10; ; left--)
        {
            await ChooseAsync(page, archive);
            try
            {
                await Expect(page.Locator("#model-name")).ToHaveValueAsync("my-model", new() { Timeout = 9_000 });
                return;
            }
            catch (PlaywrightException) when (left > 0)
            {
                await page.Locator("#archive").SetInputFilesAsync(Array.Empty<FilePayload>());
            }
        }
    }

    private static Task ChooseAsync(IPage page, byte[] archive) =>
        page.Locator("#archive").SetInputFilesAsync(new FilePayload { Name = "my model.zip", MimeType = "application/zip", Buffer = archive });

    private static async Task<byte[]> ZipAsync(TinyModel model)
    {
        using var archive = new MemoryStream();
        await ZipFile.CreateFromDirectoryAsync(model.File(), archive, CompressionLevel.NoCompression, includeBaseDirectory: true);
        return archive.ToArray();
    }
}
