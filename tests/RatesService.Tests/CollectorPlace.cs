using Microsoft.Extensions.Hosting;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Market.Clock;
using StockPipeline.Simulator.Currencies;
using StockPipeline.Surroundings;

namespace StockPipeline.RatesServiceTests;

/// <summary>What a collector needs around it: Kafka, and simulated exchanges in real time.</summary>
public sealed class CollectorPlace : IAsyncLifetime
{
    private ServiceSurroundings surroundings = null!;

    public SpedWorlds Worlds { get; private set; } = null!;

    public ServiceSurroundings Surroundings => surroundings;

    public async Task InitializeAsync()
    {
        surroundings = await ServiceSurroundings.StartAsync();
        Worlds = await WorldsAsync(speed: 1);
    }

    public async Task DisposeAsync()
    {
        await Worlds.DisposeAsync();
        await surroundings.DisposeAsync();
    }

    /// <summary>Exchanges whose time runs so much faster.</summary>
    public Task<SpedWorlds> WorldsAsync(double speed) => SpedWorlds.StartAsync(speed);

    /// <summary>The topics, empty at first: what another test has left there is taken back.</summary>
    public async Task<CollectorTopics> TopicsAsync()
    {
        var client = surroundings.Client;
        var rates = client.Kafka.WriteTo(RatesTopics.Rates, await client.Codecs.RatesAsync(default));
        var before = new CollectorTopics(
            surroundings, await client.Codecs.RatesAsync(default), await client.Codecs.CandlesAsync(Interval.OneMinute, default));
        await before.Rates.CaughtUp;
        foreach (var key in before.Rates.Latest.Keys)
            await rates.DeliverAsync(key, null, default);
        await Testing.Eventually.TrueAsync(() => before.Rates.Latest.Count == 0);
        return before;
    }

    public HostedServices Run(Action<IHostApplicationBuilder> add, SpedWorlds? worlds = null, params (string Name, string Value)[] settings)
    {
        var (used, all) = (worlds ?? Worlds, new Dictionary<string, string>(surroundings.Environment));
        all["RATES_HOSTS"] = used.All.Hosts;
        all["RATES_CLOCK"] = new Uri(used.Binance.Endpoint, "/control/clock").ToString();
        foreach (var (name, value) in settings)
            all[name] = value;
        return new HostedServices(add, all);
    }
}

/// <summary>Simulated exchanges and their clock.</summary>
public sealed class SpedWorlds : IAsyncDisposable
{
    private SpedWorlds(CurrencyWorlds all) => All = all;

    public CurrencyWorlds All { get; }

    public CurrencyMarket Market => All.Market;

    public Simulator.Binance.BinanceWorld Binance => All.Binance;

    public Simulator.CoinGecko.CoinGeckoWorld CoinGecko => All.CoinGecko;

    public Simulator.Kraken.KrakenWorld Kraken => All.Kraken;

    public static async Task<SpedWorlds> StartAsync(double speed) => new(await CurrencyWorlds.StartAsync(
        new CurrencyWorldOptions(), new SimulatedClock(TimeProvider.System.GetUtcNow(), speed, TimeProvider.System), default));

    public ValueTask DisposeAsync() => All.DisposeAsync();
}

/// <summary>What a collector writes.</summary>
public sealed class CollectorTopics(
    ServiceSurroundings surroundings, Contracts.Serialization.IRecordDecoder<Rate> rates, Contracts.Serialization.IRecordDecoder<Candle> candles)
    : IAsyncDisposable
{
    public TopicReader<Rate> Rates { get; } = new(surroundings.Client, RatesTopics.Rates, rates);

    public TopicReader<Candle> Candles { get; } = new(surroundings.Client, surroundings.Client.Topics.Candles(Interval.OneMinute), candles);

    public async ValueTask DisposeAsync()
    {
        await Rates.DisposeAsync();
        await Candles.DisposeAsync();
    }
}
