using System.Diagnostics;
using System.Text.Json;
using StockPipeline.Testing;

namespace StockPipeline.WebsocketTests.Page;

/// <summary>A page in a real browser without a window.</summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private const string Scripts = "tests/Websocket.Tests/Page/Browser";

    private readonly Process driver;

    private BrowserPage(Process driver) => this.driver = driver;

    public static async Task<BrowserPage> OpenAsync(int port)
    {
        await NodeScripts.ProvideAsync(Scripts);
        var page = new BrowserPage(Process.Start(
            new ProcessStartInfo("node", ["drive.js", BrowserFactAttribute.Program!, $"http://127.0.0.1:{port}/"])
            {
                WorkingDirectory = RepositoryFolder.PathOf(Scripts), RedirectStandardInput = true, RedirectStandardOutput = true,
            })!);
        await page.HearAsync();
        return page;
    }

    /// <summary>The value of an expression in the page, as JSON.</summary>
    public async Task<string> EvaluateAsync(string expression)
    {
        await driver.StandardInput.WriteLineAsync(expression);
        await driver.StandardInput.FlushAsync();
        return await HearAsync();
    }

    public async Task<string> TextAsync(string id) =>
        JsonSerializer.Deserialize<string>(await EvaluateAsync($"document.getElementById('{id}').textContent"))!;

    public Task<string> SeesAsync(string id, string text) =>
        Eventually.SeeAsync(() => TextAsync(id), seen => seen.Contains(text, StringComparison.Ordinal), promise: $"{id} says {text}");

    /// <summary>How many points of the chart have the colour that the style sheet gives this name.</summary>
    private async Task<int> PaintedAsync(string color) => int.Parse(await EvaluateAsync(
        "(() => { const probe = document.createElement('canvas').getContext('2d'); "
        + "probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('" + color + "'); probe.fillRect(0, 0, 1, 1); "
        + "const want = probe.getImageData(0, 0, 1, 1).data; "
        + "let found = 0; for (const canvas of document.querySelectorAll('#chart canvas')) { if (!canvas.width || !canvas.height) continue; "
        + "const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data; "
        + "for (let at = 0; at < data.length; at += 4) if (data[at] === want[0]"
        + " && data[at + 1] === want[1] && data[at + 2] === want[2] && data[at + 3] === 255) found++; } return found; })()"),
        System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The page draws with the next picture of the browser, which may come after a text.</summary>
    public Task<int> PaintsAsync(string color, int least) =>
        Eventually.SeeAsync(() => PaintedAsync(color), points => points >= least, promise: $"{least} points of {color} on the chart");

    public Task<string> ErrorsAsync() => EvaluateAsync(".errors");

    public async ValueTask DisposeAsync()
    {
        driver.StandardInput.Close();
        driver.Kill(entireProcessTree: true);
        await driver.WaitForExitAsync();
        driver.Dispose();
    }

    private async Task<string> HearAsync()
    {
        using var limit = new CancellationTokenSource(Eventually.Patience, TimeProvider.System);
        return await driver.StandardOutput.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException("The browser has ended.");
    }
}
