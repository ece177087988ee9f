using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ranking.E2E.Tests;

/// <summary>The playground in a real browser: a race is painted, played by keyboard, moved, and found again by its address.</summary>
[Collection(nameof(Chrome))]
public sealed class PlaygroundTests(Chrome chrome) : IDisposable
{
    private const string Query = "playground?f=rosenbrock&o=adam&o=cma-es&o=saddle-free-newton&budget=200";

    private readonly string _data = Path.Combine(Path.GetTempPath(), "ranking-e2e-" + Guid.NewGuid().ToString("N"));

    [Fact]
    public async Task A_race_is_played_by_keyboard_moved_and_found_again_by_its_address()
    {
        using var server = await Server.StartAsync(_data);
        await using var context = await chrome.Browser.NewContextAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 } });
        var page = await context.NewPageAsync();
        await page.GotoAsync(server.LoginLink.ToString());
        await page.GotoAsync(new Uri(server.Address, Query).ToString());
        await Expect(page.Locator(".results tbody tr")).ToHaveCountAsync(3, new() { Timeout = 30_000 });
        // The table is there with the page, the map is painted once its values have come: a painted one has many colours.
        await page.WaitForFunctionAsync(
            """
            () => {
                const canvas = document.querySelector('[data-canvas]');
                const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                return new Set(new Uint32Array(data.buffer)).size > 20;
            }
            """,
            null,
            new() { Timeout = 30_000 });

        await page.Locator("[data-map]").FocusAsync();
        await page.Keyboard.PressAsync("End");
        await Expect(page.Locator("[data-time]")).ToHaveTextAsync("200");
        await Expect(page.Locator("[data-playing]")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Space");
        await Expect(page.Locator("[data-playing]")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Space");
        await Expect(page.Locator("[data-playing]")).ToHaveCountAsync(0);

        await page.Keyboard.PressAsync("Shift+ArrowUp");
        await Expect(page).ToHaveURLAsync(new Regex("y=1\\.41"), new() { Timeout = 30_000 });
        await Expect(page.Locator("#start-y")).ToHaveValueAsync("1.41");
        await page.Locator("#landscape").SelectOptionAsync("beale");
        await Expect(page.Locator(".facts")).ToContainTextAsync("Beale");
        await Expect(page).ToHaveURLAsync(new Regex("f=beale"), new() { Timeout = 30_000 });

        // Who wants no motion sees the end at once; the same address gives the same table.
        await using var still = await chrome.Browser.NewContextAsync(new() { StorageState = await context.StorageStateAsync(), ReducedMotion = ReducedMotion.Reduce });
        var other = await still.NewPageAsync();
        await other.GotoAsync(page.Url);
        await Expect(other.Locator("[data-summary]")).Not.ToBeEmptyAsync(new() { Timeout = 30_000 });
        var results = await other.Locator(".results tbody").TextContentAsync();
        await Expect(page.Locator(".results tbody")).ToHaveTextAsync(results!);
        await Expect(other.Locator("[data-time]")).ToHaveTextAsync("200");
        await Expect(other.Locator("[data-playing]")).ToHaveCountAsync(0);
    }

    public void Dispose()
    {
        if (Directory.Exists(_data))
        {
            Directory.Delete(_data, recursive: true);
        }
    }
}
