using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ranking.E2E.Tests;

/// <summary>What tests do on the ranking page.</summary>
internal static class RatePages
{
    /// <summary>Milliseconds that a wait may take: long enough for pictures on a busy machine.</summary>
    public const int Patience = 90_000;

    /// <summary>Logs in by the printed link and opens the ranking page that the first page offers.</summary>
    public static async Task OpenSampleAsync(this IPage page, Server server)
    {
        await page.GotoAsync(server.LoginLink.ToString());
        await page.Locator("a[href*='rank/']").First.ClickAsync();
        await page.WaitForURLAsync("**/rank/*");
    }

    /// <summary>Clicks the picture in a position, from 0.</summary>
    public static Task ClickTileAsync(this IPage page, int position) => page.Locator($"[data-tile='{position}'] [data-frame]").ClickAsync();

    /// <summary>The badge of the picture in a position, from 0.</summary>
    public static ILocator Badge(this IPage page, int position) => page.Locator($"[data-tile='{position}'] [data-badge]");

    /// <summary>Waits until the pictures of the round are there.</summary>
    public static async Task ReadyAsync(this IPage page)
    {
        await Expect(page.Locator("[data-tile='5'][data-ready='true']")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-tile][data-ready='false']")).ToHaveCountAsync(0);
    }

    /// <summary>Waits for a line search with all its pictures.</summary>
    public static async Task LineAsync(this IPage page)
    {
        await Expect(page.Locator("[data-track]")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-fr][data-ready='false']")).ToHaveCountAsync(0);
    }

    /// <summary>Waits for the pictures and answers with three places.</summary>
    public static async Task RankAsync(this IPage page)
    {
        await page.ReadyAsync();
        await page.Keyboard.PressAsync("5");
        await page.Keyboard.PressAsync("2");
        await page.Keyboard.PressAsync("3");
        await page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Makes a study on a control task by the form, opens its first session and gives that session's id.</summary>
    public static async Task<string> NewControlTaskAsync(this IPage page, Server server)
    {
        await page.GotoAsync($"{server.Address}studies/new");

        // The preview is the first that comes with the connection: from then on the form answers.
        await Expect(page.GetByText("Numbers per point")).ToBeVisibleAsync();
        await page.Locator("#space").SelectOptionAsync("policy");
        await Expect(page.Locator("#space-task")).ToHaveValueAsync("cart-pole");
        await page.Locator("#content").EvaluateAsync("content => content.scrollTop = content.scrollHeight");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create with these settings" }).Last.ClickAsync();

        // However far down the form was, the study's page begins at its top.
        await Expect(page.Locator("main.study")).ToBeVisibleAsync();
        Assert.Equal(0, await page.Locator("#content").EvaluateAsync<double>("content => content.scrollTop"));

        await page.StartRankingAsync();
        return new Uri(page.Url).Segments[^1];
    }

    /// <summary>Opens the first session of a study whose page is coming.</summary>
    public static async Task StartRankingAsync(this IPage page)
    {
        // A click on a page that is not connected yet is lost.
        for (var left = 10; !page.Url.Contains("/rank/", StringComparison.Ordinal); left--)
        {
            try
            {
                await page.Locator("main.study .btn.primary").ClickAsync(new() { Timeout = 9_000 });
                await page.WaitForURLAsync("**/rank/*", new() { Timeout = 9_000 });
            }
            catch (TimeoutException) when (left > 0)
            {
                // It may have been heard all the same: the address tells.
            }
        }
    }

    /// <summary>The ids of the candidates, as they lie on the screen.</summary>
    public static Task<string[]> CandidatesAsync(this IPage page) =>
        page.EvaluateAsync<string[]>("[...document.querySelectorAll('[data-tile], [data-fr]')].map(e => e.dataset.id)");

    /// <summary>The bytes of each picture as the browser gets them, as SHA-256.</summary>
    public static Task<string[]> PicturesAsync(this IPage page) => page.EvaluateAsync<string[]>(
        """
        Promise.all([...document.querySelectorAll('[data-tile] img.pic, [data-fr] img.pic')].map(async image => {
            const bytes = await (await fetch(image.src, { cache: 'no-store' })).arrayBuffer();
            const digest = await crypto.subtle.digest('SHA-256', bytes);
            return [...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, '0')).join('');
        }))
        """);
}
