using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ranking.E2E.Tests;

/// <summary>What a new user does: start, log in by the printed link, rank by hand, lose the server, go on.</summary>
[Collection(nameof(Chrome))]
public sealed class MainJourneyTests(Chrome chrome) : IDisposable
{
    private static readonly LocatorAssertionsToBeVisibleOptions Patient = new() { Timeout = 90_000 };

    private readonly string _data = Path.Combine(Path.GetTempPath(), "ranking-e2e-" + Guid.NewGuid().ToString("N"));

    [Fact]
    public async Task A_new_user_ranks_five_rounds_the_server_is_killed_and_the_same_batch_is_back()
    {
        Server? server = await Server.StartAsync(_data);
        try
        {
            await using var context = await chrome.Browser.NewContextAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 } });
            var page = await context.NewPageAsync();
            await page.GotoAsync(server.LoginLink.ToString());
            var login = new Uri(page.Url);
            Assert.Equal("/", login.AbsolutePath);

            await page.Locator("a[href*='rank/']").First.ClickAsync();
            await page.WaitForURLAsync(new Regex("/rank/"));

            // Round 1 by mouse: three clicks and the button.
            await ReadyAsync(page);
            await ClickTileAsync(page, 4);
            await ClickTileAsync(page, 1);
            await ClickTileAsync(page, 2);
            await Expect(page.Locator("[data-tile='4'] [data-badge]")).ToContainTextAsync("1st");
            await page.Locator("[data-act='submit']:visible").ClickAsync();

            // The line search by keyboard.
            await LineAsync(page);
            await page.Keyboard.PressAsync("End");
            await page.Keyboard.PressAsync("Enter");

            // Round 3 by keyboard, with a tie.
            await ReadyAsync(page);
            await page.Keyboard.PressAsync("2");
            await page.Keyboard.PressAsync("5");
            await page.Keyboard.PressAsync("Shift+3");
            await Expect(page.Locator("[data-tile='2'] [data-badge]")).ToContainTextAsync("2nd");
            await page.Keyboard.PressAsync("Enter");

            await LineAsync(page);
            await page.Keyboard.PressAsync("n");

            // Round 5 by drag and drop onto the order.
            await ReadyAsync(page);
            await ClickTileAsync(page, 0);
            await page.Locator("[data-tile='3'] [data-frame]").DragToAsync(page.Locator("[data-tiers]").First);
            await Expect(page.Locator("[data-tile='3'] [data-badge]")).ToBeVisibleAsync();
            await page.Keyboard.PressAsync("Enter");

            // Killed at once after the acknowledgement: the next page says so, and nothing is lost.
            await LineAsync(page);
            var before = await CandidatesAsync(page);
            var pictures = await PicturesAsync(page);
            var port = server.Address.Port;
            await server.KillAsync();
            server.Dispose();
            server = await Server.StartAsync(_data, port);

            await page.GotoAsync(page.Url);
            await LineAsync(page);
            Assert.Equal(before, await CandidatesAsync(page));
            Assert.Equal(pictures, await PicturesAsync(page));

            // Undo goes back to the very batch with the old answer, and on again.
            await page.Keyboard.PressAsync("u");
            await ReadyAsync(page);
            await Expect(page.Locator("[data-tile='0'] [data-badge]")).ToBeVisibleAsync();
            await page.Keyboard.PressAsync("Enter");
            await LineAsync(page);
            Assert.Equal(before, await CandidatesAsync(page));
        }
        finally
        {
            server?.Dispose();
        }
    }

    [Fact]
    public async Task Two_tabs_with_one_batch_the_second_is_told_and_nothing_counts_twice()
    {
        using var server = await Server.StartAsync(_data);
        await using var context = await chrome.Browser.NewContextAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 } });
        var first = await context.NewPageAsync();
        await first.GotoAsync(server.LoginLink.ToString());
        await first.Locator("a[href*='rank/']").First.ClickAsync();
        await first.WaitForURLAsync(new Regex("/rank/"));
        await ReadyAsync(first);

        var second = await context.NewPageAsync();
        await second.GotoAsync(first.Url);
        await ReadyAsync(second);
        Assert.Equal(await CandidatesAsync(first), await CandidatesAsync(second));

        await ClickTileAsync(second, 0);
        await ClickTileAsync(first, 1);
        await first.Keyboard.PressAsync("Enter");
        await LineAsync(first);
        await Expect(second.GetByText("answered in another window").First).ToBeVisibleAsync(Patient);
        await LineAsync(first);
    }

    [Fact]
    public async Task On_a_phone_the_round_fits_the_screen_and_thumbs_can_rank()
    {
        using var server = await Server.StartAsync(_data);
        await using var context = await chrome.Browser.NewContextAsync(new() { ViewportSize = new() { Width = 390, Height = 844 }, HasTouch = true, IsMobile = true });
        var page = await context.NewPageAsync();
        await page.GotoAsync(server.LoginLink.ToString());
        await page.Locator("a[href*='rank/']").First.ClickAsync();
        await page.WaitForURLAsync(new Regex("/rank/"));
        await ReadyAsync(page);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"), "The page scrolls sideways.");
        await page.Locator("[data-tile='5'] [data-frame]").TapAsync();
        await page.Locator("[data-tile='0'] [data-frame]").TapAsync();
        await Expect(page.Locator("[data-tile='5'] [data-badge]")).ToContainTextAsync("1st");
        await page.Locator("[data-act='submit']:visible").TapAsync();
        await LineAsync(page);
    }

    public void Dispose()
    {
        if (Directory.Exists(_data))
        {
            Directory.Delete(_data, recursive: true);
        }
    }

    private static Task ClickTileAsync(IPage page, int position) => page.Locator($"[data-tile='{position}'] [data-frame]").ClickAsync();

    // The six pictures are there and the board takes keys.
    private static async Task ReadyAsync(IPage page)
    {
        await Expect(page.Locator("[data-tile='5'][data-ready='true']")).ToBeVisibleAsync(Patient);
        await Expect(page.Locator("[data-tile][data-ready='false']")).ToHaveCountAsync(0, new() { Timeout = 90_000 });
    }

    private static async Task LineAsync(IPage page)
    {
        await Expect(page.Locator("[data-track]")).ToBeVisibleAsync(Patient);
        await Expect(page.Locator("[data-fr][data-ready='false']")).ToHaveCountAsync(0, new() { Timeout = 90_000 });
    }

    private static Task<string[]> CandidatesAsync(IPage page) =>
        page.EvaluateAsync<string[]>("[...document.querySelectorAll('[data-tile], [data-fr]')].map(e => e.dataset.id)");

    // The bytes of each picture, as the browser gets them.
    private static Task<string[]> PicturesAsync(IPage page) => page.EvaluateAsync<string[]>(
        """
        Promise.all([...document.querySelectorAll('[data-tile] img.pic, [data-fr] img.pic')].map(async image => {
            const bytes = await (await fetch(image.src, { cache: 'no-store' })).arrayBuffer();
            const digest = await crypto.subtle.digest('SHA-256', bytes);
            return [...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, '0')).join('');
        }))
        """);
}
