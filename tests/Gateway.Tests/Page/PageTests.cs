using System.Globalization;
using StockPipeline.GatewayTests.Service;
using StockPipeline.Testing;

namespace StockPipeline.GatewayTests.Page;

/// <summary>The page as people use it, over a real gateway.</summary>
[Collection(PageCollection.Name)]
public sealed class PageTests(GatewaySite site)
{
    /// <summary>Rows the chart holds, as a text: each time with its close.</summary>
    private const string ChartRows =
        "JSON.stringify([...(stockpipeline.app.plot?.candles ?? new Map())].sort((a, b) => a[0] - b[0]).map(([time, row]) => [time, row.close]))";

    [Fact]
    public async Task The_board_shows_every_share_and_moves()
    {
        await using var page = await GatewayPage.OpenAsync(site.Browser, site.Url("/"));
        await page.SeesAsync("#summary", "2 instruments");
        await page.SeesAsync(".line .ticker", "YDEX");

        await site.SayAsync(GatewaySite.Yandex, GatewaySite.Minutes - 1, 4_321.5, epoch: 1);

        await page.SeesAsync(".line .last", "4,321.50");
        await page.KeepPictureAsync("board");
        await site.SayAsync(GatewaySite.Yandex, GatewaySite.Minutes - 1, 4_000 + GatewaySite.Minutes - 1, epoch: 2);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task The_chart_draws_switches_intervals_and_instruments_and_keeps_all_of_it_in_the_address()
    {
        await using var page = await GatewayPage.OpenAsync(site.Browser, site.Url("/#/chart/YDEX/1-min"));
        await page.BecomesAsync<int>("stockpipeline.app.plot?.times.length ?? 0", count => count == GatewaySite.Minutes);
        await page.SeesAsync(".legend", "MACD");

        await page.Page.Locator("#tools [data-value='5-min']").ClickAsync();
        await page.SeesAsync(".centre", "No candles of YDEX yet");
        await page.Page.Keyboard.PressAsync("[");
        await page.BecomesAsync<int>("stockpipeline.app.plot?.times.length ?? 0", count => count == GatewaySite.Minutes);
        await page.Page.Keyboard.PressAsync("ArrowUp");

        await page.SeesAsync("#title", "SBER");
        Assert.EndsWith("#/chart/SBER/1-min", page.Page.Url, StringComparison.Ordinal);
        await page.KeepPictureAsync("chart");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_share_whose_plan_tells_of_days_that_are_over_says_so_on_the_board_and_on_its_chart()
    {
        await site.FollowEndOfDayAsync(true);
        await using var page = await GatewayPage.OpenAsync(site.Browser, site.Url("/#/chart/AAPL/1-day"));

        await page.SeesAsync("#summary .tag", "end of day");
        await page.SeesAsync("#summary .dot", "d");
        await page.KeepPictureAsync("end-of-day");
        await page.Page.GotoAsync(site.Url("/#/board?i=1-day").ToString());
        await page.SeesAsync(".line[data-feed='end-of-day'] .ticker", "AAPL");
        await page.SeesAsync(".line .dot", "end of day");
        Assert.Empty(page.Complaints);
        await site.FollowEndOfDayAsync(false);
    }

    [Fact]
    public async Task Any_indicator_lies_over_the_candles_or_in_a_pane_of_its_own_and_is_a_column_of_the_board()
    {
        await using var page = await GatewayPage.OpenAsync(site.Browser, site.Url("/#/chart/YDEX/1-min?on=volume,rsi"));
        await page.BecomesAsync<int>("stockpipeline.app.plot?.values.get('rsi')?.size ?? 0", count => count == GatewaySite.Minutes);
        Assert.Equal(2, await page.Page.EvaluateAsync<int>("stockpipeline.app.plot.paneCount"));

        await page.Page.Locator("#tools [data-layer=bollinger]").ClickAsync();
        await page.BecomesAsync<int>("stockpipeline.app.plot?.values.get('bollinger')?.size ?? 0", count => count == GatewaySite.Minutes);

        Assert.Equal(2, await page.Page.EvaluateAsync<int>("stockpipeline.app.plot.paneCount"));
        await page.SeesAsync(".legend[data-stream=bollinger]", "upper");
        await page.SeesAsync(".legend[data-stream=rsi]", "RSI(14)");
        await page.KeepPictureAsync("indicators");
        await page.Page.GotoAsync(site.Url("/#/board?cols=rsi.rsi,bollinger.upper").ToString());
        await page.SeesAsync(".heads", "rsi(14)");
        await page.BecomesAsync<string>(
            "[...document.querySelectorAll('.line')].find(line => line.innerText.includes('YDEX'))?.lastChild.textContent ?? ''",
            upper => upper == "4,404.0000");
        Assert.Empty(page.Complaints);
    }

    /// <summary>What a chart that takes TradingView's datafeeds calls, in its order.</summary>
    private const string Charting = """
        async () => {
          const { Datafeed } = await import('/datafeed.js');
          const feed = new Datafeed(location.origin), called = (ask) => new Promise((right, wrong) => ask(right, wrong));
          const ready = await called(right => feed.onReady(right));
          const [hit] = await called(right => feed.searchSymbols('YD', '', '', right));
          const symbol = await called((right, wrong) => feed.resolveSymbol(hit.symbol, right, wrong));
          const to = Date.parse('2026-11-20T08:40:00Z') / 1000;
          const bars = await called((right, wrong) => feed.getBars(symbol, '1', { from: to - 60, to, countBack: 30, firstDataRequest: true },
            (found, { noData }) => right({ found, noData }), wrong));
          const none = await called((right, wrong) =>
            feed.getBars(symbol, '1', { from: 0, to: 60, countBack: 2 }, (found, meta) => right(meta), wrong));
          globalThis.heard = [];
          feed.subscribeBars(symbol, '1', bar => heard.push(bar.close), 'a', () => heard.push('forget'));
          return [ready.supported_resolutions.length, symbol.pricescale, bars.found.length, bars.found.at(-1).close, bars.noData, none.noData].join();
        }
        """;

    [Fact]
    public async Task Charts_that_take_datafeeds_get_bars_of_the_past_and_live_ones_and_load_again_after_a_correction()
    {
        await using var page = await GatewayPage.OpenAsync(site.Browser, site.Url("/#/settings"));

        Assert.Equal("7,100,30,4099,false,true", await page.Page.EvaluateAsync<string>(Charting));
        await page.BecomesAsync<string>("heard.join()", heard => heard.EndsWith("4399", StringComparison.Ordinal));
        await site.SayAsync(GatewaySite.Yandex, 50, 7_000, epoch: 7);
        await page.BecomesAsync<string>("heard.join()", heard => heard.Contains("forget", StringComparison.Ordinal));

        await site.SayAsync(GatewaySite.Yandex, 50, 4_050, epoch: 8);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_repair_while_zoomed_in_moves_nothing_and_leaves_what_the_topic_says()
    {
        await using var page = await GatewayPage.OpenAsync(site.Browser, site.Url("/#/chart/SBER/1-min"));
        await page.BecomesAsync<int>("stockpipeline.app.plot?.times.length ?? 0", count => count == GatewaySite.Minutes);
        await page.Page.EvaluateAsync("stockpipeline.app.plot.chart.timeScale().setVisibleLogicalRange({ from: 100, to: 140 })");

        for (var minute = 110; minute < 120; minute++)
            await site.SayAsync(GatewaySite.Sber, minute, 350 + minute, epoch: 9);
        await site.WithdrawAsync(GatewaySite.Sber, 130);

        await page.SeesAsync(".toast", "Repaired");
        await SeesTopicAsync(page, site.Port);
        var range = await page.Page.EvaluateAsync<double>("stockpipeline.app.plot.chart.timeScale().getVisibleLogicalRange().from");
        Assert.InRange(range, 99, 101);
        await page.KeepPictureAsync("repair");
        await site.SayAsync(GatewaySite.Sber, 130, 330, epoch: 9);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_killed_gateway_is_said_and_the_page_goes_on_at_the_next_one()
    {
        var port = FreePorts.Take(1)[0];
        var dying = await site.StartAsync(port);
        await using var page = await GatewayPage.OpenAsync(site.Browser, site.Url("/#/chart/YDEX/1-min", port));
        await page.BecomesAsync<int>("stockpipeline.app.plot?.times.length ?? 0", count => count == GatewaySite.Minutes);

        dying.Signal(ChildProcess.Kill);
        await page.SeesAsync("#banner", "Connection lost");
        await site.SayAsync(GatewaySite.Yandex, 20, 5_000, epoch: 3);
        await using var next = await site.StartAsync(port);
        await page.BecomesAsync<string>("stockpipeline.store.live.state", state => state == "live");

        await SeesTopicAsync(page, port);
        await page.BecomesAsync<bool>("document.getElementById('banner').hidden", isHidden => isHidden);
        await site.SayAsync(GatewaySite.Yandex, 20, 4_020, epoch: 4);
    }

    [Fact]
    public async Task On_a_phone_nothing_is_wider_than_the_screen_and_every_screen_opens()
    {
        await using var page = await GatewayPage.OpenAsync(site.Browser, site.Url("/"), 390, 844);

        foreach (var screen in new[] { "board", "chart", "ledger", "tasks", "pipeline", "alerts", "settings" })
        {
            await page.Page.Locator($"#rail a[data-screen={screen}]").ClickAsync();
            await page.BecomesAsync<string>("stockpipeline.app.route.name", name => name == screen);
            Assert.Equal(390, await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            await page.KeepPictureAsync($"phone-{screen}");
        }
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task The_page_speaks_the_readers_language_and_finds_by_ticker()
    {
        await using var page = await GatewayPage.OpenAsync(site.Browser, site.Url("/#/pipeline"), locale: "ru-RU");
        await page.SeesAsync("#title", "Конвейер");

        await page.Page.Keyboard.PressAsync("/");
        await page.Page.Keyboard.TypeAsync("yd");
        await page.SeesAsync("#found", "YDEX");
        await page.Page.Keyboard.PressAsync("Enter");

        await page.SeesAsync("#title", "YDEX");
        Assert.Empty(page.Complaints);
    }

    private static Task<bool> SeesTopicAsync(GatewayPage page, int port) => Eventually.SeeAsync(
        async () =>
        {
            var topic = await page.Page.EvaluateAsync<string>(string.Create(CultureInfo.InvariantCulture,
                $$"""
                fetch('http://127.0.0.1:{{port}}/api/candles/' + stockpipeline.app.route.parts[0] + '/1-min?last=5000').then(answer => answer.json())
                  .then(({ rows }) => JSON.stringify(rows.map(row => [Date.parse(row.time) / 1000, row.close])))
                """));
            return topic == await page.Page.EvaluateAsync<string>(ChartRows);
        },
        isEqual => isEqual, promise: "the chart holds what the topic says");
}
