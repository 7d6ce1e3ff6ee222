using Confluent.Kafka;
using StockPipeline.Broker.Log;
using StockPipeline.BrokerTests.Clients;
using StockPipeline.Testing;

namespace StockPipeline.BrokerTests.Log;

/// <summary>The log against batches that librdkafka made.</summary>
public sealed class ClientBatchTests : IAsyncLifetime
{
    private readonly BrokerFixture fixture = new();

    public async Task InitializeAsync()
    {
        await fixture.InitializeAsync();
        var often = TimeSpan.FromMilliseconds(100);
        fixture.Options = fixture.Options with { CleaningInterval = often, RetentionInterval = often };
        await fixture.RestartAsync(clean: true);
    }

    public Task DisposeAsync() => fixture.DisposeAsync();

    [Fact]
    public async Task The_file_holds_byte_for_byte_what_the_format_says()
    {
        var topic = await fixture.CreateTopicAsync();
        var time = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        using (var producer = fixture.Producer(config => config.LingerMs = 500))
        {
            Message<string?, string?> Record(string? key, string? value, int afterMs, Headers? headers = null) =>
                new() { Key = key, Value = value, Timestamp = new Timestamp(time.AddMilliseconds(afterMs)), Headers = headers };
            await Task.WhenAll(
                producer.ProduceAsync(topic, Record("key", "value", 0)),
                producer.ProduceAsync(topic, Record(null, new string('v', 300), 700, new Headers { { "h", "x"u8.ToArray() } })),
                producer.ProduceAsync(topic, Record("gone", null, 3)));
        }
        var expected = new Batch { Time = time.ToUnixTimeMilliseconds() }
            .Add("key", "value").Add(null, new string('v', 300), 700, ("h", "x")).Add("gone", null, 3).Bytes();
        RecordBatch.Assign(expected, 0, 0);

        await fixture.Broker.DisposeAsync();

        Assert.Equal(expected, File.ReadAllBytes(Directory.GetFiles(fixture.Options.DataFolder, "*.log", SearchOption.AllDirectories).Single()));
    }

    [Fact]
    public async Task A_compacted_topic_keeps_the_last_value_of_every_key_whatever_the_codec()
    {
        var topic = await fixture.CreateTopicAsync(
            1, ("cleanup.policy", "compact"), ("segment.bytes", "4096"), ("min.cleanable.dirty.ratio", "0.01"));
        var codecs = new[] { CompressionType.None, CompressionType.Gzip, CompressionType.Gzip, CompressionType.None, CompressionType.Gzip };
        var last = new Dictionary<string, string?>();
        foreach (var (codec, turn) in codecs.Select((codec, turn) => (codec, turn)))
        {
            using var producer = fixture.Producer(config =>
                (config.CompressionType, config.EnableIdempotence, config.BatchSize) = (codec, turn % 2 == 0, 3_000));
            var reports = Enumerable.Range(0, 400).Select(number =>
            {
                last[$"k{number % 20}"] = $"{turn} {number} {new string('v', 100)}";
                return producer.ProduceAsync(topic, new() { Key = $"k{number % 20}", Value = last[$"k{number % 20}"] });
            });
            await Task.WhenAll(reports.ToList());
        }

        var read = await Eventually.SeeAsync(() => fixture.ReadAll(topic), records => records.Count < 500);

        Assert.Equal(read.Select(record => record.Offset.Value).Order().Distinct(), read.Select(record => record.Offset.Value));
        Assert.Equal(last, read.GroupBy(record => record.Message.Key!).ToDictionary(group => group.Key, group => group.Last().Message.Value));
    }
}
