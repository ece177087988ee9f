using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ranking.E2E.Tests;

/// <summary>The ranking page works from its first paint on, before the browser is connected to the server.</summary>
[Collection(nameof(Chrome))]
public sealed class FirstPaintTests(Chrome chrome) : IDisposable
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), "ranking-e2e-" + Guid.NewGuid().ToString("N"));

    [Fact]
    public async Task Clicks_keys_and_an_answer_from_before_the_connection_count()
    {
        using var server = await Server.StartAsync(_data);
        await using var context = await chrome.WindowAsync();
        var page = await context.NewPageAsync();
        await page.OpenSampleAsync(server);
        await page.ReadyAsync();

        var connect = new TaskCompletionSource();
        await page.RouteAsync("**/_blazor/**", async route =>
        {
            await connect.Task;
            await route.ContinueAsync();
        });
        await page.ReloadAsync(new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        await page.ClickTileAsync(4);
        await page.Keyboard.PressAsync("2");
        await page.ClickTileAsync(0);
        await page.Keyboard.PressAsync("Shift+3");
        await Expect(page.Badge(4)).ToHaveTextAsync("1st");
        await Expect(page.Badge(1)).ToHaveTextAsync("2nd");
        await Expect(page.Badge(0)).ToHaveTextAsync("3rdtie");
        await Expect(page.Badge(2)).ToHaveTextAsync("3rdtie");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-track]")).ToHaveCountAsync(0);

        connect.SetResult();
        await page.LineAsync();
        await page.Keyboard.PressAsync("u");
        await page.ReadyAsync();
        await Expect(page.Badge(4)).ToHaveTextAsync("1st");
        await Expect(page.Badge(2)).ToHaveTextAsync("3rdtie");
    }

    [Fact]
    public async Task An_order_from_before_the_connection_stays_when_the_page_gets_live()
    {
        using var server = await Server.StartAsync(_data);
        await using var context = await chrome.WindowAsync();
        var page = await context.NewPageAsync();
        await page.OpenSampleAsync(server);
        await page.ReadyAsync();

        var connect = new TaskCompletionSource();
        await page.RouteAsync("**/_blazor/**", async route =>
        {
            await connect.Task;
            await route.ContinueAsync();
        });
        await page.ReloadAsync(new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        await page.ClickTileAsync(3);

        // The page is drawn anew between press and release: the picture counts all the same.
        await page.EvaluateAsync("document.querySelector('[data-rate]').dataset.first = 'paint'");
        await page.Locator("[data-tile='5'] [data-frame]").HoverAsync();
        await page.Mouse.DownAsync();
        connect.SetResult();
        await Expect(page.Locator("[data-rate]:not([data-first]) [data-tile='5']")).ToBeVisibleAsync();
        await page.Mouse.UpAsync();
        await Expect(page.Badge(3)).ToHaveTextAsync("1st");
        await Expect(page.Badge(5)).ToHaveTextAsync("2nd");

        // The order is on the server now: a window without a memory of its own shows it too.
        await Expect(page.Locator("[data-saved-text]")).ToHaveTextAsync("Saved");
        await page.EvaluateAsync("localStorage.clear()");
        await page.ReloadAsync();
        await Expect(page.Badge(3)).ToHaveTextAsync("1st");
        await Expect(page.Badge(5)).ToHaveTextAsync("2nd");
    }

    public void Dispose()
    {
        if (Directory.Exists(_data))
        {
            Directory.Delete(_data, recursive: true);
        }
    }
}
