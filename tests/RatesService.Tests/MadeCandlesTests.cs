using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.RatesService;
using StockPipeline.Surroundings;
using StockPipeline.Testing;

namespace StockPipeline.RatesServiceTests;

/// <summary>Candles that no exchange brings: of longer intervals, and of pairs that nobody trades.</summary>
public sealed class MadeCandlesTests(CollectorPlace place) : IClassFixture<CollectorPlace>
{
    private static readonly Interval Longer = Interval.Parse("5-min");

    [Fact]
    public async Task Five_minutes_of_a_rate_are_what_its_minutes_come_to_and_a_restart_changes_nothing()
    {
        await using var topics = await place.TopicsAsync();
        await using var worlds = await place.WorldsAsync(speed: 60);
        var client = place.Surroundings.Client;
        await using var longer = new TopicReader<Candle>(
            client, client.Topics.Candles(Longer), await client.Codecs.CandlesAsync(Longer, default));
        await using (var run = place.Run(builder => builder.AddRates(), worlds))
            await run.SeeAsync(() => Eventually.TrueAsync(() => Finals().Count >= 1));
        var before = Finals().Select(candle => candle.OpenTime).ToList();
        await using var again = place.Run(builder => builder.AddRates(), worlds);
        await again.SeeAsync(() => Eventually.TrueAsync(() => Finals().Count >= before.Count + 2));

        // A price that comes late corrects its minute first and what is made of it a moment later.
        await again.SeeAsync(() => Eventually.TrueAsync(() => Finals().SkipLast(1).All(candle => candle.SameMarketData(Sum(candle)))));
        Assert.Equal(before, Finals().Select(candle => candle.OpenTime).Take(before.Count));

        Candle Sum(Candle longer)
        {
            var minutes = topics.Candles.Latest.Values
                .Where(minute => minute.Figi == longer.Figi && Longer.Align(minute.OpenTime) == longer.OpenTime).OrderBy(minute => minute.OpenTime)
                .ToList();
            return longer with
            {
                Open = minutes[0].Open, Close = minutes[^1].Close, High = minutes.Max(minute => minute.High), Low = minutes.Min(minute => minute.Low),
                Volume = minutes.Sum(minute => minute.Volume),
            };
        }

        List<Candle> Finals() => [.. longer.Latest.Values
            .Where(candle => candle.Final && candle.Figi.Value == "bitcoin-usdt.binance").OrderBy(candle => candle.OpenTime)];
    }

    [Fact]
    public async Task A_pair_that_nobody_trades_has_minutes_while_an_alert_asks_for_it()
    {
        await using var topics = await place.TopicsAsync();
        Assert.True(RatePair.TryParse("ethereum-bitcoin", out var pair));
        var client = place.Surroundings.Client;
        var rules = client.Kafka.WriteTo(AlertTopics.Rules, await client.Codecs.Alerts.RulesAsync(default));
        var rule = new AlertRule
        {
            Owner = "anna", Id = "cross", Since = DateTimeOffset.UnixEpoch, Condition = new AlertCondition
            {
                Figi = CrossRate.FigiOf(pair), Name = CrossRate.NameOf(pair), Interval = Interval.OneMinute, Kind = AlertKind.Above, Level = 1,
            },
        };
        await rules.DeliverAsync(rule.Key.ToString(), rule, default);
        await using var run = place.Run(builder => builder.AddRates());

        await run.SeeAsync(() => Eventually.TrueAsync(() => Minutes().Any()));

        var market = place.Worlds.Market;
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var truth = market.LastTrade("binance", market.ById("ethereum")!, "USDT", now).Price
            / market.LastTrade("binance", market.ById("bitcoin")!, "USDT", now).Price;
        Assert.InRange(Minutes().First().Close.ToDecimal(), truth * 0.9m, truth * 1.1m);
        await rules.DeliverAsync(rule.Key.ToString(), null, default);

        IEnumerable<Candle> Minutes() => topics.Candles.Latest.Values.Where(candle => candle.Figi == rule.Condition.Figi);
    }
}
