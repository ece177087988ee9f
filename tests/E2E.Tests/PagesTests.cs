using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ranking.E2E.Tests;

/// <summary>
/// Every page on a desk in both themes and on a phone. With <c>RANKING_SCREENSHOTS</c> set to a folder, what is seen is
/// kept there: <c>RANKING_SCREENSHOTS=docs/screenshots ./test PagesTests</c> makes the pictures of the documentation.
/// </summary>
[Collection(nameof(Chrome))]
public sealed class PagesTests(Chrome chrome) : IDisposable
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), "ranking-e2e-" + Guid.NewGuid().ToString("N"));
    private readonly List<string> _errors = [];

    [Fact]
    public async Task Every_page_fits_a_desk_and_a_phone_in_light_and_dark()
    {
        using var server = await Server.StartAsync(_data);
        await using var first = await chrome.WindowAsync();
        var page = await first.NewPageAsync();
        await page.OpenSampleAsync(server);
        var sample = new Uri(page.Url).Segments[^1];
        await page.RankAsync();
        await page.LineAsync();
        await page.Keyboard.PressAsync("End");
        await page.Keyboard.PressAsync("Enter");
        await page.RankAsync();
        await page.LineAsync();
        var task = await page.NewControlTaskAsync(server);
        await page.GotoAsync($"{server.Address}sessions/{sample}");
        var study = await page.Locator(".crumb a[href^='studies/']").GetAttributeAsync("href");

        (string Name, string Path, string Sign)[] pages =
        [
            ("home", "", ".studies tbody tr"), ("new-study", "studies/new", ".prev img.pic"), ("study", study!, ".studies tbody tr"),
            ("session", $"sessions/{sample}", ".rounds img"), ("line", $"rank/{sample}", "[data-fr][data-ready='true']"),
            ("rank-task", $"rank/{task}", "[data-tile='5'][data-ready='true']"), ("models", "models", ".model"),
            ("playground", "playground", "main h1"), ("missing", "no-such-page", "h1"),
        ];
        var cookies = await first.StorageStateAsync();
        foreach (var look in Look.All)
        {
            await using var window = await chrome.WindowAsync(look.Width, look.Height, look.Phone, look.Scheme, cookies);
            var view = await window.NewPageAsync();
            view.PageError += (_, error) => _errors.Add(error);
            foreach (var (name, path, sign) in pages)
            {
                await view.GotoAsync(new Uri(server.Address, path).ToString());
                await Expect(view.Locator(sign).First).ToBeVisibleAsync();
                await LooksRightAsync(view, $"{name}, {look.Name}");
                await KeepAsync(view, name, look.Name);
            }
        }

        // The first picture of the documentation: a round of the sample with an order.
        await page.GotoAsync($"{server.Address}rank/{sample}");
        await page.LineAsync();
        await page.Keyboard.PressAsync("u");
        foreach (var look in Look.All)
        {
            await using var window = await chrome.WindowAsync(look.Width, look.Height, look.Phone, look.Scheme, cookies);
            var view = await window.NewPageAsync();
            await view.GotoAsync($"{server.Address}rank/{sample}");
            await view.ReadyAsync();
            await view.EvaluateAsync("localStorage.clear()");
            await view.ReloadAsync();
            await view.ReadyAsync();
            await view.Keyboard.PressAsync("Backspace");
            await view.Keyboard.PressAsync("Backspace");
            await view.Keyboard.PressAsync("Backspace");
            await Expect(view.Locator("[data-badge]:visible")).ToHaveCountAsync(0);
            await view.Keyboard.PressAsync("5");
            await view.Keyboard.PressAsync("2");
            await view.Keyboard.PressAsync("Shift+3");
            await Expect(view.Badge(2)).ToHaveTextAsync("2ndtie");
            await Expect(view.Locator("[data-saved-text]")).ToHaveTextAsync("Saved");
            await LooksRightAsync(view, $"rank, {look.Name}");
            await KeepAsync(view, "rank", look.Name);
        }

        Assert.Empty(_errors);
    }

    public void Dispose()
    {
        if (Directory.Exists(_data))
        {
            Directory.Delete(_data, recursive: true);
        }
    }

    // Nothing beyond the edges, and no picture that did not load.
    private static async Task LooksRightAsync(IPage page, string what)
    {
        await page.WaitForFunctionAsync("[...document.images].every(image => !image.getAttribute('src') || image.naturalWidth > 0 || image.loading === 'lazy')");
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{what}: the page scrolls sideways.");
        Assert.Equal(1, await page.Locator("h1").CountAsync());
        if (await page.Locator(".app").CountAsync() > 0)
        {
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollHeight <= innerHeight"), $"{what}: the frame scrolls, not the page inside.");
        }
    }

    // A moment more where something is still drawn: curves and maps come with the connection.
    private static async Task KeepAsync(IPage page, string name, string look)
    {
        if (Environment.GetEnvironmentVariable("RANKING_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            await page.WaitForTimeoutAsync(1500);
            await page.SaveAsync(Path.Combine(Server.RepositoryRoot(), folder, $"{name}-{look}.png"));
        }
    }

    private sealed record Look(string Name, int Width, int Height, bool Phone, ColorScheme Scheme)
    {
        public static readonly Look[] All =
        [
            new("light", 1440, 900, false, ColorScheme.Light), new("dark", 1440, 900, false, ColorScheme.Dark), new("phone", 390, 844, true, ColorScheme.Light),
        ];
    }
}
