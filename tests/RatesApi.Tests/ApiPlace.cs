using System.Text.Json;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.RatesApi;
using StockPipeline.Streaming.Producing;
using StockPipeline.Surroundings;
using StockPipeline.Testing;

namespace StockPipeline.RatesApiTests;

/// <summary>The API over real topics, for the tests of one class; each test has pairs of its own.</summary>
public sealed class ApiPlace : IAsyncLifetime
{
    private ServiceSurroundings surroundings = null!;
    private HostedServices run = null!;
    private TopicWriter<Rate> rates = null!;
    private TopicWriter<TradeInfo> rows = null!;
    private TopicWriter<Candle> candles = null!;

    public int Port { get; private set; }

    public HttpClient Http { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        surroundings = await ServiceSurroundings.StartAsync();
        var (client, codecs) = (surroundings.Client, surroundings.Client.Codecs);
        rates = client.Kafka.WriteTo(RatesTopics.Rates, await codecs.RatesAsync(default));
        rows = client.Kafka.WriteTo(RatesTopics.TradeInfo, await codecs.TradeInfoAsync(default));
        candles = client.Kafka.WriteTo(client.Topics.Candles(Interval.OneMinute), await codecs.CandlesAsync(Interval.OneMinute, default));
        Port = FreePorts.Take(1)[0];
        var settings = new Dictionary<string, string>(surroundings.Environment) { ["RATES_API_PORT"] = Port.ToString(null as IFormatProvider) };
        run = new HostedServices(builder => builder.AddRatesApi(), settings);
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}") };
        await run.SeeAsync(() => Eventually.SeeAsync(IsUpAsync, isUp => isUp));
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await run.DisposeAsync();
        await surroundings.DisposeAsync();
    }

    /// <summary>A price of so many seconds ago.</summary>
    public Task SayAsync(string key, decimal price, double age = 0, double maxAge = 60)
    {
        var (parsed, now) = (RateKey.Parse(key), TimeProvider.System.GetUtcNow());
        return rates.DeliverAsync(key, new Rate
        {
            Pair = parsed.Pair, Source = parsed.Source, Symbol = "X", Price = price, Kind = RateKind.Trade, EventTime = now.AddSeconds(-age),
            ReceivedTime = now, ProvenTime = now, MaxAge = TimeSpan.FromSeconds(maxAge), Priority = 100, MinuteOpen = price, MinuteHigh = price,
            MinuteLow = price, MinuteUpdates = 1,
        }, default);
    }

    public Task TakeBackAsync(string key) => rates.DeliverAsync(key, null, default);

    public Task NameAsync(long id, string pairs) => rows.DeliverAsync(id.ToString(null as IFormatProvider), new TradeInfo
    {
        Id = id, Url = "wss://nowhere/ws/x@trade", CurrencyPair = pairs, TaskType = "binance-stream", WrapperType = "binance",
    }, default);

    public Task SayCandleAsync(Figi figi, DateTimeOffset openTime, decimal open, decimal high, decimal low, decimal close) =>
        candles.DeliverAsync(new CandleKey(figi, openTime).ToString(), new Candle
        {
            Figi = figi, OpenTime = openTime, Open = Price.FromDecimal(open), High = Price.FromDecimal(high), Low = Price.FromDecimal(low),
            Close = Price.FromDecimal(close), Volume = 1, Final = true, Source = CandleSource.Stream,
        }, default);

    /// <summary>The answer to a path, as soon as it has that status.</summary>
    public async Task<JsonElement> SeeAsync(string path, int status = 200, Func<JsonElement, bool>? isRight = null)
    {
        var (_, body) = await Eventually.SeeAsync(
            () => AskAsync(path), seen => seen.Status == status && (isRight is null || isRight(seen.Body)), promise: $"{status} for {path}");
        return body;
    }

    public async Task<(int Status, JsonElement Body)> AskAsync(string path)
    {
        using var answer = await Http.GetAsync(path);
        return ((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }

    private async Task<bool> IsUpAsync()
    {
        try
        {
            return (await AskAsync("/")).Status == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
