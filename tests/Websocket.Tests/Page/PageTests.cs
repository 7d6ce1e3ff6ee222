using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Streaming.Tables;
using StockPipeline.Testing;
using StockPipeline.Websocket.Connections;
using StockPipeline.Fanout.Broadcasting;
using StockPipeline.Websocket.Feeds;
using StockPipeline.Websocket.Page;
using StockPipeline.Fanout.Protocol;

namespace StockPipeline.WebsocketTests.Page;

/// <summary>The page as people see it, in a real browser.</summary>
public sealed class PageTests : IAsyncLifetime
{
    private const string Waiting = "the values of SBER are being read";

    private static readonly DateTimeOffset Open = new(2026, 11, 20, 7, 0, 0, TimeSpan.Zero);

    private static readonly Instrument Sber = new()
    {
        Figi = new Figi("BBG004730N88"), Ticker = "SBER", ClassCode = "TQBR", Uid = "u", Name = "Sberbank", Currency = "rub", Lot = 10,
        MinPriceIncrement = Price.FromDecimal(0.01m), Exchange = "MOEX", Weekend = false,
    };

    private readonly InstrumentFeeds feeds = new(Sber, Interval.OneMinute, new FanoutLimits(), TimeProvider.System);
    private BroadcastServer server = null!;

    public async Task InitializeAsync() => server = await BroadcastServer.StartAsync(
        new IPEndPoint(IPAddress.Loopback, 0), new FanoutLimits(), feeds,
        routes =>
        {
            AboutIndicator.Map(routes, new SentTopic(Interval.OneMinute, null));
            routes.MapGet("/health/ready", () => Results.Json(
                new { services = new[] { new { checks = new[] { new { name = "values", state = "starting", reason = Waiting } } } } }));
        },
        TimeProvider.System, NullLoggerFactory.Instance);

    public async Task DisposeAsync()
    {
        feeds.Dispose();
        await server.DisposeAsync();
    }

    [BrowserFact]
    public async Task The_page_draws_what_comes_over_the_sockets_and_goes_on_as_it_comes()
    {
        Give(0, 120);
        feeds.OnAllCaughtUp();
        await using var page = await BrowserPage.OpenAsync(server.Port);

        await page.SeesAsync("state", "live");
        await page.SeesAsync("title", "SBER · 1-min");
        await page.SeesAsync("main", "0.1190");
        await page.SeesAsync("time", "11:59");
        await page.PaintsAsync("--up", 500);
        await page.PaintsAsync("--line1", 200);
        await page.PaintsAsync("--line2", 200);
        Give(120, 1);
        await page.SeesAsync("main", "0.1200");
        await page.SeesAsync("close", "312");

        Assert.Equal("[]", await page.ErrorsAsync());
    }

    [BrowserFact]
    public async Task A_lost_connection_is_said_and_what_went_away_meanwhile_is_gone_when_it_is_back()
    {
        Give(0, 50);
        feeds.OnAllCaughtUp();
        await using var page = await BrowserPage.OpenAsync(server.Port);
        await page.SeesAsync("main", "0.0490");
        // Candles come over a connection of their own.
        await page.SeesAsync("state", "live");

        await feeds.OnRevokedAsync(0, CancellationToken.None);
        await page.SeesAsync("state", "connection lost");
        Give(0, 40);
        feeds.OnAllCaughtUp();

        await page.SeesAsync("state", "live");
        await page.SeesAsync("main", "0.0390");
        Assert.Equal("[]", await page.ErrorsAsync());
    }

    [BrowserFact]
    public async Task A_page_without_values_says_what_is_waited_for_and_starts_by_itself()
    {
        await using var page = await BrowserPage.OpenAsync(server.Port);
        await page.SeesAsync("empty", Waiting);

        Give(0, 40);
        feeds.OnAllCaughtUp();

        await page.SeesAsync("state", "live");
        await Eventually.SeeAsync(() => page.EvaluateAsync("document.getElementById('empty').hidden"), hidden => hidden == "true");
    }

    [BrowserFact]
    public async Task A_narrow_window_needs_no_scrolling_and_the_pointer_asks_for_older_values()
    {
        Give(0, 200);
        feeds.OnAllCaughtUp();
        await using var page = await BrowserPage.OpenAsync(server.Port);
        await page.SeesAsync("main", "0.1990");

        await page.EvaluateAsync(".size 340 600");
        await page.EvaluateAsync(".move 12 300");

        await Eventually.SeeAsync(() => page.TextAsync("main"), text => text.StartsWith("0.1", StringComparison.Ordinal) && text != "0.1990");
        Assert.Equal("[340,600]", await page.EvaluateAsync("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"));
        await page.PaintsAsync("--line1", 50);
    }

    [BrowserFact]
    public async Task A_client_sent_away_for_good_sees_the_page_keep_its_last_picture()
    {
        Give(0, 60);
        feeds.OnAllCaughtUp();
        await using var page = await BrowserPage.OpenAsync(server.Port);
        await page.SeesAsync("state", "live");

        await feeds.CloseAsync(CloseCode.InstrumentRemoved, "SBER is no longer followed");

        await page.SeesAsync("state", "connection lost");
        Assert.Equal("0.0590", await page.TextAsync("main"));
        await page.PaintsAsync("--line1", 100);
    }

    private void Give(int first, int count)
    {
        foreach (var minute in Enumerable.Range(first, count))
        {
            var openTime = Open.AddMinutes(minute);
            var key = System.Text.Encoding.UTF8.GetBytes($"{Sber.Figi}/{InstantText.Write(openTime)}");
            feeds.TakeCandles(0, [new TableRecord<Candle>(key, Candle(minute, openTime), minute, 0)]);
            feeds.TakeValues(0, [new TableRecord<MacdValue>(key, Value(minute, openTime), minute, 0)]);
        }
    }

    private static Candle Candle(int minute, DateTimeOffset openTime) => new()
    {
        Figi = Sber.Figi, OpenTime = openTime, Open = Price.FromDecimal(290 + (minute * 0.1m)), High = Price.FromDecimal(320),
        Low = Price.FromDecimal(280), Close = Price.FromDecimal(Close(minute)), Volume = 1, Final = true, Source = CandleSource.Stream,
    };

    private static MacdValue Value(int minute, DateTimeOffset openTime) => new()
    {
        Figi = Sber.Figi, OpenTime = openTime, Close = Price.FromDecimal(Close(minute)), MainLine = minute * 0.001, SignalLine = 0.03,
        Histogram = (minute * 0.001) - 0.03, Final = true, Parameters = MacdParameters.Default, Epoch = 0,
    };

    private static decimal Close(int minute) => 300 + (minute * 0.1m);
}
