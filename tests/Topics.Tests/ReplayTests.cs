using System.Globalization;
using System.Text;
using Confluent.Kafka;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.SchemaRegistry.Client;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming.DeadLetters;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.TopicsTests;

/// <summary>Dead letters put back: once, where they belong, and never over what came since.</summary>
public sealed class ReplayTests : IAsyncLifetime
{
    private static readonly string Candles = PipelineTopics.Default.Candles(Interval.OneMinute).Name;
    private static readonly string Tasks = PipelineTopics.Default.HistoryAction.Name;

    private FilledPipeline pipeline = null!;
    private IProducer<string, byte[]> producer = null!;

    public async Task InitializeAsync()
    {
        pipeline = await FilledPipeline.StartAsync(KafkaKind.Embedded);
        producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = pipeline.Connection.BootstrapServers }).Build();
    }

    public async Task DisposeAsync()
    {
        producer.Dispose();
        await pipeline.DisposeAsync();
    }

    [Fact]
    public async Task A_letter_goes_back_to_its_partition_once_however_often_it_is_asked()
    {
        var candle = FilledPipeline.Candle(FilledPipeline.Sber, 500);
        var value = await BytesAsync(candle);
        var at = await StandsAsync(Candles, Partition, Key(candle), value);
        // Each reader of the topic has put its own letter there.
        await LetterAsync(at, Key(candle), value);
        await LetterAsync(at, Key(candle), value);

        var dry = await pipeline.RunAsync("replay --dry-run");
        var first = await pipeline.RunAsync("replay");
        var second = await pipeline.RunAsync("replay");

        Assert.Equal("1 to be put back", dry.Errors.Trim());
        Assert.Equal("1 put back", first.Errors.Trim());
        Assert.Equal("1 back already", second.Errors.Trim());
        var peeked = await pipeline.RunAsync("peek candles-1-min --instrument SBER --last 100 --json");
        Assert.Equal(2, peeked.Output.Split('\n').Count(line => line.Contains("\"2026-11-20T15:20:00Z\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_was_replaced_since_is_not_put_over_it()
    {
        var candle = FilledPipeline.Candle(FilledPipeline.Sber, 500);
        var value = await BytesAsync(candle);
        var at = await StandsAsync(Candles, Partition, Key(candle), value);
        await pipeline.PublishAsync(candle with { Revision = 1 });
        await LetterAsync(at, Key(candle), value);

        var replayed = await pipeline.RunAsync("replay --force");

        Assert.Equal("1 replaced since", replayed.Errors.Trim());
    }

    [Fact]
    public async Task Where_nothing_is_compacted_a_later_record_of_the_key_keeps_none_back()
    {
        var at = await StandsAsync(Tasks, 0, "F/1-min", [1]);
        await StandsAsync(Tasks, 0, "F/1-min", [2]);
        await LetterAsync(at, "F/1-min", [1]);

        Assert.Equal("1 put back", (await pipeline.RunAsync("replay --force")).Errors.Trim());
    }

    [Fact]
    public async Task What_still_cannot_be_read_was_cut_or_has_no_place_is_left_and_said()
    {
        var garbage = await StandsAsync(Tasks, 0, "garbage", [1, 2, 3]);
        await LetterAsync(garbage, "garbage", [1, 2, 3]);
        var candle = await BytesAsync(FilledPipeline.Candle(FilledPipeline.Sber, 1));
        await LetterAsync(await StandsAsync(Tasks, 0, "candle", candle), "candle", candle);
        await LetterAsync(await StandsAsync(Tasks, 1, "cut", [4]), "cut", [4], (DeadLetterHeaders.ValueBytes, "2000000"));
        await LetterAsync(new TopicPartitionOffset("gone", 0, 5), "gone", [5]);

        var (code, output, errors) = await pipeline.RunAsync("replay");

        Assert.Equal(0, code);
        Assert.Equal("2 left, 2 still unreadable", string.Join(", ", errors.Trim().Split(", ").Order()));
        Assert.Contains("not in Confluent's wire format", output, StringComparison.Ordinal);
        Assert.Contains("history-action holds no such records", output, StringComparison.Ordinal);
        Assert.Contains("only its beginning is kept, of 2000000 bytes", output, StringComparison.Ordinal);
        Assert.Contains("there is no topic gone any more", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_letters_of_one_topic_can_be_put_back()
    {
        await LetterAsync(await StandsAsync(Tasks, 0, "a", [1]), "a", [1]);

        Assert.Equal("no dead letters", (await pipeline.RunAsync($"replay --force --topic {Candles}")).Errors.Trim());
        Assert.Equal("1 put back", (await pipeline.RunAsync($"replay --force --topic {Tasks}")).Errors.Trim());
    }

    private static int Partition => FigiPartition.Of(FilledPipeline.Sber, 10);

    private static string Key(Candle candle) => new CandleKey(candle.Figi, candle.OpenTime).ToString();

    private async Task<byte[]> BytesAsync(Candle candle)
    {
        using var client = new SchemaRegistryClient(new() { Url = pipeline.Registry });
        var codec = await new PipelineCodecs(client, PipelineTopics.Default, TimeProvider.System).CandlesAsync(Interval.OneMinute, default);
        return codec.ForConfluent().Serialize(candle, default)!;
    }

    private async Task<TopicPartitionOffset> StandsAsync(string topic, int partition, string key, byte[] value) =>
        (await producer.ProduceAsync(new TopicPartition(topic, partition), new Message<string, byte[]> { Key = key, Value = value }))
        .TopicPartitionOffset;

    private async Task LetterAsync(TopicPartitionOffset origin, string key, byte[] value, params (string Name, string Value)[] headers)
    {
        var letter = new Message<string, byte[]> { Key = key, Value = value, Headers = [] };
        (string Name, string Value)[] all =
        [
            (DeadLetterHeaders.Topic, origin.Topic), (DeadLetterHeaders.Partition, $"{origin.Partition.Value}"),
            (DeadLetterHeaders.Offset, $"{origin.Offset.Value}"),
            (DeadLetterHeaders.Timestamp, FilledPipeline.Open.ToString("O", CultureInfo.InvariantCulture)), .. headers,
        ];
        foreach (var header in all)
            letter.Headers.Add(header.Name, Encoding.UTF8.GetBytes(header.Value));
        await producer.ProduceAsync(PipelineTopics.Default.DeadLetters.Name, letter);
    }
}
