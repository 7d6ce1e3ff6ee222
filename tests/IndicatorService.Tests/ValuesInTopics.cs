using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Producing;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Surroundings;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;

namespace StockPipeline.IndicatorServiceTests;

/// <summary>Candles said to their topic, and what the topics of indicators then hold.</summary>
internal sealed class ValuesInTopics : IAsyncDisposable
{
    private static readonly Interval Interval = Interval.OneMinute;

    private readonly TopicWriter<Candle> candles;
    private readonly Dictionary<string, TopicReader<IndicatorValue>> readers = [];

    private ValuesInTopics(TopicWriter<Candle> candles) => this.candles = candles;

    /// <summary>Makes the topics of the indicators and reads them.</summary>
    public static async Task<ValuesInTopics> OfAsync(ServiceSurroundings surroundings, params IEnumerable<string> slugs)
    {
        var client = surroundings.Client;
        var values = new ValuesInTopics(client.Kafka.WriteTo(client.Topics.Candles(Interval), await client.Codecs.CandlesAsync(Interval, default)));
        var topics = slugs.Select(slug => (slug, PipelineTopics.OfIndicator(slug, Interval))).ToList();
        var connection = new KafkaConnection { BootstrapServers = surroundings.Environment["KAFKA_CONNECT"] };
        await new TopicProvisioner(connection, NullLogger<TopicProvisioner>.Instance, TimeProvider.System)
            .ProvisionAsync([.. topics.Select(one => one.Item2)], recreate: false, default);
        foreach (var (slug, topic) in topics)
        {
            values.readers[slug] = new TopicReader<IndicatorValue>(
                client, topic, await client.Codecs.IndicatorAsync(slug, Interval, default));
        }
        return values;
    }

    public TopicReader<IndicatorValue> this[string slug] => readers[slug];

    public async Task SayAsync(Candle candle) => await candles.SendAsync(Key(candle), candle, default);

    public async Task WithdrawAsync(Candle candle) => await candles.SendAsync(Key(candle), null, default);

    /// <summary>The values of an instrument as a reader of the compacted topic sees them.</summary>
    public SortedDictionary<DateTimeOffset, IndicatorValue> Latest(string slug, Figi figi) =>
        new(readers[slug].Latest.Values.Where(value => value.Figi == figi).ToDictionary(value => value.OpenTime));

    public async ValueTask DisposeAsync()
    {
        foreach (var reader in readers.Values)
            await reader.DisposeAsync();
    }

    private static string Key(Candle candle) => new CandleKey(candle.Figi, candle.OpenTime).ToString();
}
