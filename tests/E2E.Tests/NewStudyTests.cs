using static Microsoft.Playwright.Assertions;

namespace Ranking.E2E.Tests;

/// <summary>What is shown need not be a diffusion model's pictures: a control task is chosen and ranked by hand too.</summary>
[Collection(nameof(Chrome))]
public sealed class NewStudyTests(Chrome chrome) : IDisposable
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), "ranking-e2e-" + Guid.NewGuid().ToString("N"));

    [Fact]
    public async Task A_control_task_is_chosen_on_the_form_and_its_policies_are_ranked()
    {
        using var server = await Server.StartAsync(_data);
        await using var window = await chrome.WindowAsync();
        var page = await window.NewPageAsync();
        await page.GotoAsync(server.LoginLink.ToString());
        await page.NewControlTaskAsync(server);
        await page.ReadyAsync();
        await Expect(page.Locator("[data-question]")).ToHaveTextAsync("Which does best?");
        Assert.InRange((await page.PicturesAsync()).Distinct().Count(), 3, 6);

        // All ways to say something, on pictures that are there at once.
        await page.Keyboard.PressAsync("1");
        await page.Keyboard.PressAsync("Shift+4");
        await page.Keyboard.PressAsync("2");
        await Expect(page.Badge(3)).ToHaveTextAsync("1sttie");
        await page.Keyboard.PressAsync("Backspace");
        await Expect(page.Badge(1)).ToBeHiddenAsync();
        await page.Locator("[data-way='best']").ClickAsync();
        await Expect(page.Locator("[data-way='best']")).ToHaveAttributeAsync("aria-checked", "true");
        await page.Locator("[data-way='top']").ClickAsync();
        await page.Keyboard.PressAsync("z");
        await Expect(page.Locator("dialog[data-dialog='zoom']")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Enter");
        await page.LineAsync();

        // The best strip begins with the start; none is better keeps the place and goes on.
        await Expect(page.GetByText("Best so far").First).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("n");
        await page.ReadyAsync();
        await page.Keyboard.PressAsync("s");
        await Expect(page.Locator("dialog[data-dialog='skip']")).ToBeVisibleAsync();
        var before = await page.CandidatesAsync();
        await page.Keyboard.PressAsync("1");
        await Expect(page.Locator($"[data-id='{before[0]}']")).ToHaveCountAsync(0);
        await page.ReadyAsync();
        await page.Keyboard.PressAsync("n");
        await Expect(page.GetByText("Round 5").First).ToBeVisibleAsync();
    }

    public void Dispose()
    {
        if (Directory.Exists(_data))
        {
            Directory.Delete(_data, recursive: true);
        }
    }
}
