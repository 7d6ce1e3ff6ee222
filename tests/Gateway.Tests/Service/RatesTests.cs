using System.Net;
using System.Text.Json;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.GatewayTests.Page;
using StockPipeline.Testing;

namespace StockPipeline.GatewayTests.Service;

/// <summary>Rates of exchange over REST and as a view of the board.</summary>
[Collection(GatewayCollection.Name)]
public sealed class RatesTests(GatewaySite site)
{
    [Fact]
    public async Task Rates_are_shown_with_their_age_and_what_no_longer_counts_says_so_until_it_is_gone()
    {
        var writer = site.Client.Kafka.WriteTo(RatesTopics.Rates, await site.Client.Codecs.RatesAsync(default));
        var now = TimeProvider.System.GetUtcNow();
        var (fresh, old) = (Rate("bitcoin-usd", "binance", 67_123.45m, now), Rate("bitcoin-usd", "kraken", 67_000, now.AddHours(-1)));
        await writer.DeliverAsync(fresh.Key.ToString(), fresh, default);
        await writer.DeliverAsync(old.Key.ToString(), old, default);

        var rates = await Eventually.SeeAsync(ReadAsync, all => all.Count == 2);
        await using var page = await GatewayPage.OpenAsync(site.Browser, site.Url("/#/board?view=rates"));
        await page.SeesAsync(".rates", "67,123.45");

        Assert.Equal([("binance", true), ("kraken", false)], rates.Select(rate => (rate.GetProperty("source").GetString(),
            rate.GetProperty("fresh").GetBoolean())));
        Assert.InRange(rates[1].GetProperty("ageSeconds").GetDouble(), 3_600, 4_000);
        Assert.Equal(1, await page.Page.Locator(".rates tr[data-feed=stale]").CountAsync());
        await page.KeepPictureAsync("rates");
        await writer.DeliverAsync(old.Key.ToString(), null, default);
        await Eventually.SeeAsync(ReadAsync, all => all.Count == 1);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_pair_has_candles_and_a_chart_as_a_share_has()
    {
        var (client, now) = (site.Client, TimeProvider.System.GetUtcNow());
        var rates = client.Kafka.WriteTo(RatesTopics.Rates, await client.Codecs.RatesAsync(default));
        var candles = client.Kafka.WriteTo(
            client.Topics.Candles(Interval.OneMinute), await client.Codecs.CandlesAsync(Interval.OneMinute, default));
        var (rate, price) = (Rate("solana-usdt", "binance", 165.25m, now), Price.FromDecimal(165.25m));
        await rates.DeliverAsync(rate.Key.ToString(), rate, default);
        var figi = RateFigi.Of(rate.Pair, rate.Source);
        var candle = new Candle
        {
            Figi = figi, OpenTime = Interval.OneMinute.Align(now), Open = price, High = price, Low = price, Close = price, Volume = 3, Final = true,
            Source = CandleSource.Stream,
        };
        await candles.DeliverAsync(new CandleKey(figi, candle.OpenTime).ToString(), candle, default);

        foreach (var name in (string[])["solana-usdt@binance", figi.Value])
        {
            await Eventually.SeeAsync(
                () => site.Http.GetAsync(site.Url($"/api/candles/{name}/1-min?last=1")), answer => answer.IsSuccessStatusCode);
            await Eventually.SeeAsync(
                () => site.Http.GetStringAsync(site.Url($"/api/candles/{name}/1-min?last=1")),
                text => text.Contains("165.25", StringComparison.Ordinal));
        }
        await using (var page = await GatewayPage.OpenAsync(site.Browser, site.Url("/#/board?view=rates")))
        {
            await page.Page.ClickAsync("a[href='#/chart/solana-usdt%40binance']");
            await page.SeesAsync("#summary", "165.25");
            Assert.Contains("solana-usdt@binance", await page.Page.Locator("#title").InnerTextAsync(), StringComparison.Ordinal);
            Assert.Empty(page.Complaints);
        }

        await rates.DeliverAsync(rate.Key.ToString(), null, default);
        await Eventually.SeeAsync(
            () => site.Http.GetAsync(site.Url("/api/candles/solana-usdt@binance/1-min")), answer => answer.StatusCode == HttpStatusCode.NotFound);
    }

    private async Task<List<JsonElement>> ReadAsync()
    {
        using var answer = JsonDocument.Parse(await site.Http.GetStringAsync(site.Url("/api/rates?query=bitcoin")));
        return [.. answer.RootElement.Clone().EnumerateArray()];
    }

    private static Rate Rate(string pair, string source, decimal price, DateTimeOffset time) => new()
    {
        Pair = RatePair.Parse(pair), Source = source, Symbol = "BTCUSD", Price = price, Kind = RateKind.Trade, EventTime = time, ReceivedTime = time,
        ProvenTime = time, MaxAge = TimeSpan.FromMinutes(10), MinuteOpen = price, MinuteHigh = price, MinuteLow = price, MinuteUpdates = 1,
    };
}
