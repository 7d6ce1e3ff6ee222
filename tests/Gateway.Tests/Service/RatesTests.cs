using System.Text.Json;
using StockPipeline.Contracts.Rates;
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
