using StockPipeline.Contracts.Rates;
using StockPipeline.RatesService;
using StockPipeline.Simulator.Currencies;
using StockPipeline.Testing;

namespace StockPipeline.RatesServiceTests;

/// <summary>Simulated exchanges in, topics out.</summary>
public sealed class CollectorTests(CollectorPlace place) : IClassFixture<CollectorPlace>
{
    [Fact]
    public async Task The_usual_rows_give_true_rates_of_both_sources_and_candles()
    {
        await using var topics = await place.TopicsAsync();
        await using var run = place.Run(builder => builder.AddRates());

        await run.SeeAsync(() => Eventually.TrueAsync(() => topics.Rates.Latest.Count == 11 && topics.Candles.Latest.Count >= 11));

        var market = place.Worlds.Market;
        var bitcoin = topics.Rates.Latest["bitcoin-usdt/binance"];
        var truth = market.LastTrade("binance", market.ById("bitcoin")!, "USDT", bitcoin.EventTime.ToUnixTimeMilliseconds());
        Assert.Equal(truth.Price, bitcoin.Price);
        Assert.Equal(truth.Id, bitcoin.Sequence);
        Assert.Equal(RateKind.Average, topics.Rates.Latest["bitcoin-rub/coingecko"].Kind);
        Assert.Equal("ethereum-usdt/binance", topics.Rates.Latest.Keys.Single(key => key.StartsWith("ethereum-usdt", StringComparison.Ordinal)));
        var candle = topics.Candles.Latest.First(one => one.Key.StartsWith("bitcoin-usdt.binance/", StringComparison.Ordinal)).Value;
        Assert.True(candle.Low <= candle.Open && candle.Open <= candle.High && candle.Volume > 0);
    }

    [Fact]
    public async Task Silence_is_said_and_the_next_price_ends_it()
    {
        await using var topics = await place.TopicsAsync();
        await using var worlds = await place.WorldsAsync(speed: 50);
        await using var run = place.Run(builder => builder.AddRates(), worlds);
        await run.SeeAsync(() => Eventually.TrueAsync(() => IsLive(topics, worlds)));

        worlds.Binance.Faults.Set(new WorldFault { Kind = WorldFaultKind.Disconnect });

        await run.SeeAsync(() => Eventually.TrueAsync(() => topics.Rates.Latest["bitcoin-usdt/binance"].Status == RateStatus.Silent));
        Assert.False(topics.Rates.Latest["bitcoin-usdt/binance"].IsFresh(worlds.Binance.Clock.GetUtcNow()));
        worlds.Binance.Faults.Set();
        await run.SeeAsync(() => Eventually.TrueAsync(() => topics.Rates.Latest["bitcoin-usdt/binance"].Status == RateStatus.Live));
    }

    [Fact]
    public async Task Rates_go_on_beyond_the_24_hours_that_a_connection_may_live()
    {
        await using var topics = await place.TopicsAsync();
        await using var worlds = await place.WorldsAsync(speed: 10_000);
        await using var run = place.Run(builder => builder.AddRates(), worlds);
        await run.SeeAsync(() => Eventually.TrueAsync(() => topics.Rates.Latest.ContainsKey("bitcoin-usdt/binance")));
        var began = topics.Rates.Latest["bitcoin-usdt/binance"].EventTime;

        // At this speed a moment's pause of the machine is an hour's silence; what counts is that it ends.
        await run.SeeAsync(() => Eventually.SeeAsync(
            () => topics.Rates.Latest["bitcoin-usdt/binance"],
            rate => rate.EventTime - began > TimeSpan.FromHours(25) && rate.Status == RateStatus.Live));
    }

    private static bool IsLive(CollectorTopics topics, SpedWorlds worlds) =>
        topics.Rates.Latest.TryGetValue("bitcoin-usdt/binance", out var rate) && rate.IsFresh(worlds.Binance.Clock.GetUtcNow());
}
