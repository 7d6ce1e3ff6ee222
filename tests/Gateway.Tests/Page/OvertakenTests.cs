using System.Globalization;
using Microsoft.Playwright;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.GatewayTests.Service;
using StockPipeline.Testing;

namespace StockPipeline.GatewayTests.Page;

/// <summary>Answers that arrive later than what happened after they were written.</summary>
[Collection(PageCollection.Name)]
public sealed class OvertakenTests(GatewaySite site)
{
    /// <summary>More than a chart asks for at first.</summary>
    private const int Count = 900;

    private const string Rows =
        "JSON.stringify([...(stockpipeline.app.plot?.candles ?? new Map())].sort((a, b) => a[0] - b[0]).map(([time, row]) => [time, row.close]))";

    private const string Topic = """
        fetch('/api/candles/YDEX/30-min?last=5000').then(answer => answer.json())
          .then(({ rows }) => JSON.stringify(rows.map(row => [Date.parse(row.time) / 1000, row.close])))
        """;

    [Fact]
    public async Task A_correction_that_comes_while_older_rows_are_on_their_way_is_neither_overwritten_nor_drawn_alone()
    {
        for (var number = 0; number < Count; number++)
            await SayAsync(number, 4_000 + number);
        await site.FlushAsync();
        await using var page = await GatewayPage.OpenAsync(site.Browser, site.Url("/#/chart/YDEX/30-min?on=gaps"));
        await page.BecomesAsync<int>("stockpipeline.app.plot?.times.length ?? 0", count => count == 600);
        var (asked, released) = (Promise(), Promise());
        await page.Page.RouteAsync("**/api/candles/*/30-min?to=*", async route =>
        {
            var answer = await route.FetchAsync();
            asked.TrySetResult();
            await released.Task;
            await route.FulfillAsync(new RouteFulfillOptions { Response = answer });
        });

        await page.Page.EvaluateAsync("stockpipeline.app.plot.chart.timeScale().setVisibleLogicalRange({ from: 10, to: 60 })");
        await asked.Task.WaitAsync(Eventually.Patience);
        await SayAsync(250, 7_777);
        await SayAsync(260, null);
        await SayAsync(Count - 1, 8_888);
        await site.FlushAsync();
        await page.BecomesAsync<double>(
            "(candles => candles.get(Math.max(...candles.keys())).close)(stockpipeline.app.plot.candles)", close => close == 8_888);
        var shown = await page.Page.EvaluateAsync<int>("stockpipeline.app.plot.candles.size");
        released.SetResult();

        await Eventually.SeeAsync(
            async () => await page.Page.EvaluateAsync<string>(Rows) == await page.Page.EvaluateAsync<string>(Topic),
            isEqual => isEqual, promise: "the chart holds what the topic says");
        Assert.Equal(600, shown);
        Assert.Equal(Count - 1, await page.Page.EvaluateAsync<int>("stockpipeline.app.plot.candles.size"));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Holes_that_were_asked_for_earlier_do_not_come_back_over_newer_ones()
    {
        var (asked, released, answered) = (Promise(), Promise(), 0);
        await using var page = await GatewayPage.OpenAsync(site.Browser, site.Url("/#/settings"));
        await page.Page.RouteAsync("**/api/candles/*/1-min?from=*&last=0", async route =>
        {
            var number = Interlocked.Increment(ref answered);
            if (number == 1)
            {
                asked.SetResult();
                await released.Task;
            }
            await route.FulfillAsync(new RouteFulfillOptions { ContentType = "application/json", Body = Holes(number) });
        });
        await page.Page.EvaluateAsync("location.hash = '#/chart/YDEX/1-min?on=gaps,macd'");
        await asked.Task.WaitAsync(Eventually.Patience);
        await SeesHoleOfAsync(number => number >= 2, epoch: 21);
        await page.Page.EvaluateAsync("""
            const plot = stockpipeline.app.plot;
            globalThis.seen = [];
            let holes = plot.holes;
            Object.defineProperty(plot, 'holes', { get: () => holes, set: all => { holes = all; seen.push(all[0].missing); } });
            """);
        released.SetResult();
        var before = answered;
        await SeesHoleOfAsync(number => number > before, epoch: 22);

        Assert.DoesNotContain(1, await page.Page.EvaluateAsync<int[]>("seen"));
        Assert.Empty(page.Complaints);

        async Task SeesHoleOfAsync(Func<int, bool> isRight, int epoch)
        {
            await site.SayAsync(GatewaySite.Yandex, 60, 4_060, epoch);
            await page.BecomesAsync<int>("stockpipeline.app.plot?.holes[0]?.missing ?? 0", isRight);
        }
    }

    [Fact]
    public async Task An_open_record_of_the_ledger_shows_what_is_known_now()
    {
        await using var page = await GatewayPage.OpenAsync(site.Browser, site.Url("/#/settings"));
        var (present, isFetched) = (390, false);
        await page.Page.RouteAsync("**/api/completeness?*", route => route.FulfillAsync(new RouteFulfillOptions
        {
            ContentType = "application/json",
            Body = string.Create(CultureInfo.InvariantCulture, $$"""
                [{"figi":"{{GatewaySite.Yandex}}","ticker":"YDEX","interval":"1-min","expected":400,"present":{{present}},"provenEmpty":0,"open":1,
                "lost":0,"days":[{"date":"2026-11-20","expected":400,"present":{{present}},"provenEmpty":0,"open":1,"lost":0,"percent":97.5}]}]
                """),
        }));
        await page.Page.RouteAsync("**/api/gaps?*", route => route.FulfillAsync(new RouteFulfillOptions
        {
            ContentType = "application/json",
            Body = isFetched ? """{"rows":[],"next":null}""" : """
                {"rows":[{"from":"2026-11-20T08:00:00Z","to":"2026-11-20T08:10:00Z","missing":10,"state":"requested","attempts":2}],"next":null}
                """,
        }));
        // It looks again every ten seconds; here every quarter of one.
        await page.Page.EvaluateAsync("""
            const every = setInterval;
            globalThis.setInterval = (call, time) => every(call, time / 40);
            location.hash = '#/ledger';
            """);
        await page.Page.Locator("[data-cell='YDEX~2026-11-20']").ClickAsync();
        await page.SeesAsync(".sheet dl", "390");
        await page.SeesAsync(".sheet .holes", "asked 2 times");
        await page.Page.Locator(".sheet .fetch").FocusAsync();

        (present, isFetched) = (400, true);

        await page.SeesAsync(".sheet dl", "400\n");
        await page.SeesAsync(".sheet .holes", "The day is complete");
        await page.BecomesAsync<int>("[...document.querySelectorAll('.sheet dd')].filter(one => one.innerText === '390').length", old => old == 0);
        Assert.True(await page.Page.EvaluateAsync<bool>("document.activeElement.matches('.sheet .fetch')"));
        Assert.Empty(page.Complaints);
    }

    private static TaskCompletionSource Promise() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static string Holes(int missing) => string.Create(CultureInfo.InvariantCulture,
        $$"""{"open":[{"from":"2026-11-20T07:10:00Z","to":"2026-11-20T07:12:00Z","state":"suspected","missing":{{missing}},"attempts":0}]}""");

    private async Task SayAsync(int number, double? close)
    {
        var client = site.Client;
        var writer = client.Kafka.WriteTo(
            client.Topics.Candles(Interval.ThirtyMinutes), await client.Codecs.CandlesAsync(Interval.ThirtyMinutes, default));
        var (openTime, price) = (GatewaySite.Open.AddMinutes(30 * (number - Count)), Price.FromDecimal((decimal)(close ?? 0)));
        await writer.SendAsync(new CandleKey(GatewaySite.Yandex, openTime).ToString(), close is null ? null : new Candle
        {
            Figi = GatewaySite.Yandex, OpenTime = openTime, Open = price, High = price, Low = price, Close = price, Volume = 1, Final = true,
            Source = CandleSource.History,
        }, default);
    }
}
