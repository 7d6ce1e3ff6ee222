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

    /// <summary>Runs the tool; <paramref name="arguments"/> are separated by spaces.</summary>
    public (int Code, string Output, string Errors) Run(string arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var environment = new Dictionary<string, string>
        {
            ["KAFKA_CONNECT"] = broker.BootstrapServers, ["SCHEMA_REGISTRY_URL"] = registry.Url.ToString(),
        };
        var code = new Topics.TopicsTool(output, errors).Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), environment, default);
        return (code, output.ToString(), errors.ToString());
    }

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

    private static Candle Candle(Figi figi, int minute) => new()
    {
        Figi = figi, OpenTime = Open.AddMinutes(minute), Open = Price.FromDecimal(100 + minute), High = Price.FromDecimal(200),
        Low = Price.FromDecimal(50), Close = Price.FromDecimal(100.5m + minute), Volume = 7, Final = true, Source = CandleSource.Stream,
    };

    private static Gap Gap(Figi figi, int minute, GapState state) => new()
    {
        Figi = figi, Interval = Interval.OneMinute, From = Open.AddMinutes(minute), To = Open.AddMinutes(minute + 1), Missing = 1, State = state,
        Attempts = 1, UpdatedAt = Open.AddHours(1),
    };
}
