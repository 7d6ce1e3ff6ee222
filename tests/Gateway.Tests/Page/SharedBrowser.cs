using Microsoft.Playwright;
using StockPipeline.Testing;

namespace StockPipeline.GatewayTests.Page;

/// <summary>
/// Debian's Chromium, one for all tests of this process, started when the first page is wanted: each page has a profile of its own in it.
/// </summary>
internal sealed class SharedBrowser
{
    private static readonly SemaphoreSlim Gate = new(1);
    private static IPlaywright? playwright;
    private static IBrowser? browser;
    private static int users;

    public SharedBrowser() => Interlocked.Increment(ref users);

    public async Task<IBrowser> GetAsync()
    {
        await Gate.WaitAsync();
        try
        {
            playwright ??= await Playwright.CreateAsync();
            return browser ??= await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = await DebianChromium.ProvideAsync(), Args = ["--no-sandbox", "--disable-gpu"],
            });
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>Whoever is the last to leave closes it.</summary>
    public async Task LeaveAsync()
    {
        if (Interlocked.Decrement(ref users) > 0)
            return;
        await Gate.WaitAsync();
        try
        {
            if (browser is not null)
                await browser.DisposeAsync();
            playwright?.Dispose();
            (browser, playwright) = (null, null);
        }
        finally
        {
            Gate.Release();
        }
    }
}
