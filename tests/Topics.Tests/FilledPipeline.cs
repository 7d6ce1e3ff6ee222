using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.SchemaRegistry.Client;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.SchemaRegistryServer;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Metrics;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.TopicsTests;

/// <summary>A broker and a registry with a few records of the pipeline, and the tool to look at them.</summary>
public sealed class FilledPipeline : IAsyncDisposable
{
    public const int Candles = 30;

    public static readonly DateTimeOffset Open = new(2026, 11, 20, 7, 0, 0, TimeSpan.Zero);

    public static readonly Figi Sber = new("BBG004730N88");
    public static readonly Figi Yandex = new("TCS00A107T19");

    private readonly IKafkaBroker broker;
    private readonly RegistryServer registry;

    private FilledPipeline(IKafkaBroker broker, RegistryServer registry)
    {
        this.broker = broker;
        this.registry = registry;
    }

    public static async Task<FilledPipeline> StartAsync(KafkaKind kind)
    {
        IKafkaBroker broker = kind == KafkaKind.Embedded ? await EmbeddedKafka.StartAsync() : await ApacheKafka.StartAsync();
        var connection = new KafkaConnection { BootstrapServers = broker.BootstrapServers };
        var registry = await RegistryServer.StartAsync(
            connection, new RegistryServerOptions { Address = IPAddress.Loopback, Port = 0 }, NullLoggerFactory.Instance, TimeProvider.System,
            default);
        await new TopicProvisioner(connection, NullLogger<TopicProvisioner>.Instance, TimeProvider.System)
            .ProvisionAsync(PipelineTopics.Default.All, recreate: false, default);
        var pipeline = new FilledPipeline(broker, registry);
        await pipeline.FillAsync(connection);
        return pipeline;
    }

    public KafkaConnection Connection => new() { BootstrapServers = broker.BootstrapServers };

    public Uri Registry => registry.Url;

    private Dictionary<string, string> Environment => new()
    {
        ["KAFKA_CONNECT"] = broker.BootstrapServers, ["SCHEMA_REGISTRY_URL"] = registry.Url.ToString(),
    };

    /// <summary>Runs the tool; <paramref name="arguments"/> are separated by spaces.</summary>
    public async Task<(int Code, string Output, string Errors)> RunAsync(string arguments, bool isTerminal = false)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var code = await new Topics.TopicsTool(output, errors, isTerminal)
            .RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), Environment, default);
        return (code, output.ToString(), errors.ToString());
    }

    /// <summary>Runs the tool until it is stopped; all it says goes into <paramref name="output"/>.</summary>
    public Task WatchAsync(string arguments, TextWriter output, CancellationToken stop) =>
        new Topics.TopicsTool(output, TextWriter.Null).RunAsync(arguments.Split(' '), Environment, stop);

    /// <summary>Publishes one candle more.</summary>
    public async Task PublishAsync(Candle candle)
    {
        using var client = new SchemaRegistryClient(new SchemaRegistryConnection { Url = registry.Url });
        await using var kafka = Client("more");
        var codec = await new PipelineCodecs(client, PipelineTopics.Default, TimeProvider.System).CandlesAsync(Interval.OneMinute, default);
        await kafka.WriteTo(PipelineTopics.Default.Candles(Interval.OneMinute), codec)
            .DeliverAsync(new CandleKey(candle.Figi, candle.OpenTime).ToString(), candle, default);
    }

    public KafkaClient Client(string name) => new(Connection, name, NullLoggerFactory.Instance, NoMetrics.Instance, TimeProvider.System);

    public static Candle Candle(Figi figi, int minute) => new()
    {
        Figi = figi, OpenTime = Open.AddMinutes(minute), Open = Price.FromDecimal(100 + minute), High = Price.FromDecimal(200),
        Low = Price.FromDecimal(50), Close = Price.FromDecimal(100.5m + minute), Volume = 7, Final = true, Source = CandleSource.Stream,
    };

    public async ValueTask DisposeAsync()
    {
        await registry.DisposeAsync();
        await broker.DisposeAsync();
    }

    private async Task FillAsync(KafkaConnection connection)
    {
        var topics = PipelineTopics.Default;
        using var client = new SchemaRegistryClient(new SchemaRegistryConnection { Url = registry.Url });
        var codecs = new PipelineCodecs(client, topics, TimeProvider.System);
        await using var kafka = new KafkaClient(connection, "filler", NullLoggerFactory.Instance, NoMetrics.Instance, TimeProvider.System);
        var config = kafka.WriteTo(topics.Config, await codecs.ConfigAsync(default));
        foreach (var (figi, ticker) in new[] { (Sber, "SBER"), (Yandex, "YDEX") })
        {
            var record = ConfigRecord.Of(Instrument(figi, ticker));
            await config.DeliverAsync(record.Key.ToString(), record, default);
        }
        var candles = kafka.WriteTo(topics.Candles(Interval.OneMinute), await codecs.CandlesAsync(Interval.OneMinute, default));
        foreach (var candle in Enumerable.Range(0, Candles).SelectMany(minute => new[] { Candle(Sber, minute), Candle(Yandex, minute) }))
            await candles.SendAsync(new CandleKey(candle.Figi, candle.OpenTime).ToString(), candle, default);
        // The last word on the first candle comes last.
        var corrected = Candle(Sber, 0) with { Close = Price.FromDecimal(999), Revision = 1 };
        await candles.SendAsync(new CandleKey(Sber, Open).ToString(), corrected, default);
        await candles.SendAsync(new CandleKey(Yandex, Open).ToString(), null, default);
        var gaps = kafka.WriteTo(topics.Gaps, await codecs.GapsAsync(default));
        foreach (var gap in new[] { Gap(Sber, 0, GapState.Suspected), Gap(Sber, 0, GapState.Filled), Gap(Yandex, 5, GapState.Requested) })
            await gaps.SendAsync(new GapKey(gap.Figi, gap.Interval, gap.From).ToString(), gap, default);
        await kafka.FlushAsync(default);
    }

    private static Instrument Instrument(Figi figi, string ticker) => new()
    {
        Figi = figi, Ticker = ticker, ClassCode = "TQBR", Uid = "uid", Name = ticker, Currency = "rub", Lot = 1,
        MinPriceIncrement = Price.FromDecimal(0.01m), Exchange = "moex", Weekend = false,
    };

    private static Gap Gap(Figi figi, int minute, GapState state) => new()
    {
        Figi = figi, Interval = Interval.OneMinute, From = Open.AddMinutes(minute), To = Open.AddMinutes(minute + 1), Missing = 1, State = state,
        Attempts = 1, UpdatedAt = Open.AddHours(1),
    };
}
