using Microsoft.Playwright;
using StockPipeline.Testing;

namespace StockPipeline.GatewayTests.Page;

/// <summary>Debian's Chromium, started when the first page is wanted.</summary>
internal sealed class SharedBrowser : IAsyncDisposable
{
    private readonly SemaphoreSlim gate = new(1);
    private IPlaywright? playwright;
    private IBrowser? browser;

    public async Task<IBrowser> GetAsync()
    {
        await gate.WaitAsync();
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
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
        gate.Dispose();
    }
}
