using Microsoft.Playwright;
using StockPipeline.Bench.Latency;
using StockPipeline.Bench.Measure;
using StockPipeline.Testing;

namespace StockPipeline.Bench.Gateway;

/// <summary>
/// The board in a real browser while a thousand candles a second change all of its 300 rows: how soon it shows them, and at what cost.
/// </summary>
internal sealed class GatewayPageSuite : ISuite
{
    private const int Instruments = 300;
    private const int Runs = 5;
    private const int Frames = 40;

    /// <summary>Asked frame by frame in the page itself: its policy lets nobody make code out of a text, as Playwright's own waiting does.</summary>
    private const string WhenDrawn = """
        () => new Promise(resolve => {
          const look = () => document.querySelectorAll('.line .last').length > 20 ? resolve(performance.now()) : requestAnimationFrame(look);
          look();
        })
        """;

    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(12);

    public string Name => "gateway-page";

    public async Task RunAsync(Report report)
    {
        await using var pipeline = await SmallPipeline.StartAsync();
        var load = await GatewayLoad.FillAsync(pipeline, Instruments, history: 100);
        using var stop = new CancellationTokenSource();
        var producing = load.RunAsync(stop.Token);
        var (paints, frames) = (new List<double>(), new List<double>());
        try
        {
            await pipeline.StartGatewayAsync(core: null, sockets: 100);
            using var playwright = await Playwright.CreateAsync();
            await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = await DebianChromium.ProvideAsync(), Args = ["--no-sandbox", "--disable-gpu"],
            });
            for (var run = 0; run < Runs; run++)
            {
                await using var profile = await browser.NewContextAsync(new BrowserNewContextOptions
                {
                    ViewportSize = new ViewportSize { Width = 1440, Height = 900 },
                });
                var page = await profile.NewPageAsync();
                await page.GotoAsync($"http://127.0.0.1:{pipeline.GatewayPort}/", new PageGotoOptions { WaitUntil = WaitUntilState.Commit });
                paints.Add(await page.EvaluateAsync<double>(WhenDrawn));
                if (run < Runs - 1)
                    continue;
                await Task.Delay(Watched, TimeProvider.System);
                frames.AddRange((await page.EvaluateAsync<double[]>("stockpipeline.app.frames()")).TakeLast(Frames));
            }
        }
        finally
        {
            // Nobody may write any more when the client ends.
            await stop.CancelAsync();
            await producing;
        }
        report.Add("address opened to live rows drawn, median of five", Median(paints), "ms", Bar.AtMost(1_000));
        report.Add($"script of a frame in which {Instruments} rows changed, median", Median(frames), "ms", Bar.AtMost(4));
        report.Add("  the slowest of forty", frames.Max(), "ms");
    }

    private static double Median(List<double> all) => all.Order().ElementAt(all.Count / 2);
}
