using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Ranking.E2E.Tests;

/// <summary>What a new user does: start, log in by the printed link, rank by hand, lose the server, go on.</summary>
[Collection(nameof(Chrome))]
public sealed class MainJourneyTests(Chrome chrome) : IDisposable
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), "ranking-e2e-" + Guid.NewGuid().ToString("N"));

    [Fact]
    public async Task A_new_user_ranks_five_rounds_the_server_is_killed_and_the_same_batch_is_back()
    {
        Server? server = await Server.StartAsync(_data);
        try
        {
            await using var context = await chrome.WindowAsync();
            var page = await context.NewPageAsync();
            await page.GotoAsync(server.LoginLink.ToString());
            var login = new Uri(page.Url);
            Assert.Equal("/", login.AbsolutePath);

            await page.Locator("a[href*='rank/']").First.ClickAsync();
            await page.WaitForURLAsync(new Regex("/rank/"));

            // Round 1 by mouse: three clicks and the button.
            await page.ReadyAsync();
            await page.ClickTileAsync(4);
            await page.ClickTileAsync(1);
            await page.ClickTileAsync(2);
            await Expect(page.Locator("[data-tile='4'] [data-badge]")).ToContainTextAsync("1st");
            await page.Locator("[data-act='submit']:visible").ClickAsync();

            // The line search by keyboard.
            await page.LineAsync();
            await page.Keyboard.PressAsync("End");
            await page.Keyboard.PressAsync("Enter");

            // Round 3 by keyboard, with a tie.
            await page.ReadyAsync();
            await page.Keyboard.PressAsync("2");
            await page.Keyboard.PressAsync("5");
            await page.Keyboard.PressAsync("Shift+3");
            await Expect(page.Locator("[data-tile='2'] [data-badge]")).ToContainTextAsync("2nd");
            await page.Keyboard.PressAsync("Enter");

            await page.LineAsync();
            await page.Keyboard.PressAsync("n");

            // Round 5 by drag and drop onto the order.
            await page.ReadyAsync();
            await page.ClickTileAsync(0);
            await page.Locator("[data-tile='3'] [data-frame]").DragToAsync(page.Locator("[data-tiers]").First);
            await Expect(page.Locator("[data-tile='3'] [data-badge]")).ToBeVisibleAsync();
            await page.Keyboard.PressAsync("Enter");

            // Killed at once after the acknowledgement: the page comes back by itself, and nothing is lost.
            await page.LineAsync();
            var before = await page.CandidatesAsync();
            var pictures = await page.PicturesAsync();
            var port = server.Address.Port;
            await page.EvaluateAsync("window.isFromBefore = true");
            await server.KillAsync();
            server.Dispose();
            server = await Server.StartAsync(_data, port);

            await page.WaitForFunctionAsync("!window.isFromBefore");
            await page.WaitForLoadStateAsync();
            await page.LineAsync();
            Assert.Equal(before, await page.CandidatesAsync());
            Assert.Equal(pictures, await page.PicturesAsync());

            // Undo goes back to the very batch with the old answer, and on again.
            await page.Keyboard.PressAsync("u");
            await page.ReadyAsync();
            await Expect(page.Locator("[data-tile='0'] [data-badge]")).ToBeVisibleAsync();
            await page.Keyboard.PressAsync("Enter");
            await page.LineAsync();
            Assert.Equal(before, await page.CandidatesAsync());
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
        await using var context = await chrome.WindowAsync();
        var first = await context.NewPageAsync();
        await first.GotoAsync(server.LoginLink.ToString());
        await first.Locator("a[href*='rank/']").First.ClickAsync();
        await first.WaitForURLAsync(new Regex("/rank/"));
        await first.ReadyAsync();

        var second = await context.NewPageAsync();
        await second.GotoAsync(first.Url);
        await second.ReadyAsync();
        Assert.Equal(await first.CandidatesAsync(), await second.CandidatesAsync());

        await second.ClickTileAsync(0);
        await first.ClickTileAsync(1);
        await first.Keyboard.PressAsync("Enter");
        await first.LineAsync();
        await Expect(second.GetByText("answered in another window").First).ToBeVisibleAsync();
        await first.LineAsync();
    }

    [Fact]
    public async Task On_a_phone_the_round_fits_the_screen_and_thumbs_can_rank()
    {
        using var server = await Server.StartAsync(_data);
        await using var context = await chrome.WindowAsync(390, 844, phone: true);
        var page = await context.NewPageAsync();
        await page.GotoAsync(server.LoginLink.ToString());
        await page.Locator("a[href*='rank/']").First.ClickAsync();
        await page.WaitForURLAsync(new Regex("/rank/"));
        await page.ReadyAsync();
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"), "The page scrolls sideways.");
        await page.Locator("[data-tile='5'] [data-frame]").TapAsync();
        await page.Locator("[data-tile='0'] [data-frame]").TapAsync();
        await Expect(page.Locator("[data-tile='5'] [data-badge]")).ToContainTextAsync("1st");
        await page.Locator("[data-act='submit']:visible").TapAsync();
        await page.LineAsync();
    }

    public void Dispose()
    {
        if (Directory.Exists(_data))
        {
            Directory.Delete(_data, recursive: true);
        }
    }
}
