using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ranking.E2E.Tests;

/// <summary>One headless Chromium for all browser tests.</summary>
public sealed class Chrome : IAsyncLifetime
{
    private IPlaywright? _playwright;

    /// <summary>The browser.</summary>
    public IBrowser Browser { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        SetDefaultExpectTimeout(RatePages.Patience);
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Headless = true,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    /// <summary>Opens a window of its own, as another person's.</summary>
    /// <param name="width">Its width in pixels.</param>
    /// <param name="height">Its height in pixels.</param>
    /// <param name="phone">Whether it is a phone's, with a touch screen.</param>
    /// <param name="scheme">The theme that the system asks for.</param>
    /// <param name="cookies">What an earlier window kept; null for a window that nobody has logged in with.</param>
    public async Task<IBrowserContext> WindowAsync(int width = 1440, int height = 900, bool phone = false, ColorScheme scheme = ColorScheme.Light, string? cookies = null)
    {
        var window = await Browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            HasTouch = phone,
            IsMobile = phone,
            ColorScheme = scheme,
            StorageState = cookies,
        });
        window.SetDefaultTimeout(RatePages.Patience);
        return window;
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await Browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

/// <summary>The tests that share the browser; they run one after another.</summary>
[CollectionDefinition(nameof(Chrome))]
public sealed class BrowserTests : ICollectionFixture<Chrome>;
