using System.Buffers;
using Avro;
using Avro.Generic;
using Confluent.Kafka;
using Confluent.SchemaRegistry;
using Confluent.SchemaRegistry.Serdes;
using StockPipeline.Avro.Records;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Time;
using StockPipeline.Contracts.Topics;
using StockPipeline.SchemaRegistry.Client;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.SchemaRegistryTests.Rest;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;
using Xunit.Abstractions;
using ApacheSchema = Avro.Schema;

namespace StockPipeline.SchemaRegistryTests;

/// <summary>Our messages and our registry beside Confluent's own serializer, deserializer, producer and consumer as they are by default.</summary>
public sealed class ConfluentSerdesTests : IClassFixture<OurRegistry>, IDisposable
{
    private static readonly SerializationContext Value = new(MessageComponentType.Value, "candles-1-hour");

    private readonly SchemaRegistryClient client;
    private readonly CachedSchemaRegistryClient theirs;
    private readonly RandomRecords random;
    private readonly Random times;

    public ConfluentSerdesTests(OurRegistry registry, ITestOutputHelper output)
    {
        client = new SchemaRegistryClient(new SchemaRegistryConnection { Url = registry.Server.Url });
        theirs = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = registry.Server.Url.AbsoluteUri });
        var seed = Seed.Next(output.WriteLine);
        (random, times) = (new RandomRecords(seed), new Random(seed));
    }

    public void Dispose()
    {
        client.Dispose();
        theirs.Dispose();
    }

    [Fact]
    public async Task What_we_write_it_reads_and_what_it_writes_of_that_we_read()
    {
        var codecs = new PipelineCodecs(client, PipelineTopics.Default, TimeProvider.System);
        var (candles, macd, gaps, tasks, config) = (
            await codecs.CandlesAsync(Interval.OneHour, default), await codecs.MacdAsync(Interval.OneHour, default),
            await codecs.GapsAsync(default), await codecs.HistoryTasksAsync(default), await codecs.ConfigAsync(default));

        for (var round = 0; round < 20; round++)
        {
            await AssertGoesThroughAsync(candles, Candle(), "candles-1-hour");
            await AssertGoesThroughAsync(macd, random.MacdValue() with { OpenTime = Time() }, "macd-values-1-hour");
            await AssertGoesThroughAsync(gaps, random.Gap() with { From = Time(), To = Time(), UpdatedAt = Time() }, "gaps");
            await AssertGoesThroughAsync(tasks, random.HistoryTask() with { From = Time(), To = Time() }, "history-action");
            var instrument = random.Instrument() with { FirstMinuteCandle = Time(), FirstDayCandle = null };
            await AssertGoesThroughAsync(config, ConfigRecord.Of(instrument), "th-config", SubjectNameStrategy.TopicRecord);
            var day = random.TradingDay() with { Sessions = [new TradingSession(SessionKind.Main, Time(), Time())] };
            await AssertGoesThroughAsync(config, ConfigRecord.Of(day), "th-config", SubjectNameStrategy.TopicRecord);
        }
    }

    [Fact]
    public async Task It_sees_the_values_we_mean()
    {
        var candle = Candle();
        var codec = await new PipelineCodecs(client, PipelineTopics.Default, TimeProvider.System).CandlesAsync(Interval.OneHour, default);

        var seen = await new AvroDeserializer<GenericRecord>(theirs).DeserializeAsync(Bytes(codec, candle), false, Value);

        Assert.Equal(candle.Figi.Value, seen["figi"]);
        Assert.Equal(candle.OpenTime.UtcDateTime, seen["openTime"]);
        Assert.Equal(candle.High.ToDecimal(), AvroDecimal.ToDecimal((AvroDecimal)seen["high"]));
        Assert.Equal(candle.Volume, seen["volume"]);
        Assert.Equal(candle.Source.ToString().ToLowerInvariant(), ((GenericEnum)seen["source"]).Value);
    }

    [Fact]
    public async Task A_record_of_a_schema_it_registered_is_read_by_ours()
    {
        var task = random.HistoryTask() with { From = Time(), To = Time() };
        var codec = await ConfluentAvro.RegisterAsync(
            client, "tasks-value", AvroFormats.HistoryTask, TimeProvider.System, CodecOptions.Default, default);
        var newer = (RecordSchema)ApacheSchema.Parse(AvroFormats.HistoryTask.Schema.Json
            .Replace("\"fields\":[", "\"fields\":[{\"name\":\"note\",\"type\":[\"null\",\"string\"],\"default\":null},", StringComparison.Ordinal)
            .Replace("\"request\"]", "\"request\",\"whim\"]", StringComparison.Ordinal));
        var reason = (EnumSchema)newer["reason"].Schema;
        var record = new GenericRecord(newer);
        record.Add("note", "by hand");
        record.Add("figi", task.Figi.Value);
        record.Add("interval", task.Interval.Name);
        record.Add("from", task.From.UtcDateTime);
        record.Add("to", task.To.UtcDateTime);
        record.Add("reason", new GenericEnum(reason, task.Reason.ToString().ToLowerInvariant()));
        record.Add("attempt", task.Attempt);
        record.Add("id", task.Id);

        var message = await new AvroSerializer<GenericRecord>(theirs).SerializeAsync(
            record, new SerializationContext(MessageComponentType.Value, "tasks"));

        Assert.NotEqual(codec.SchemaId, message[4]);
        Assert.Equal(task, codec.Decode(message));
    }

    [Fact]
    public async Task A_plain_producer_and_consumer_of_Confluents_use_our_codec()
    {
        await using var broker = await EmbeddedKafka.StartAsync();
        var codec = await new PipelineCodecs(client, PipelineTopics.Default, TimeProvider.System).CandlesAsync(Interval.OneHour, default);
        var candles = Enumerable.Range(0, 3).Select(_ => random.Candle()).ToArray();
        using var producer = new ProducerBuilder<string, Candle?>(new ProducerConfig { BootstrapServers = broker.BootstrapServers })
            .SetValueSerializer((IAsyncSerializer<Candle?>)codec.ForConfluent()).Build();
        using var consumer = new ConsumerBuilder<string, Candle?>(new ConsumerConfig { BootstrapServers = broker.BootstrapServers, GroupId = "user" })
            .SetValueDeserializer(codec.ForConfluent()).Build();
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.BootstrapServers }).Build())
            await admin.CreateTopicsAsync([new() { Name = "mine", NumPartitions = 1, ReplicationFactor = 1 }]);

        foreach (var candle in candles.Append(null))
            await producer.ProduceAsync("mine", new Message<string, Candle?> { Key = "k", Value = candle });
        consumer.Assign(new TopicPartitionOffset("mine", 0, Offset.Beginning));

        Assert.Equal(candles.Append(null), Enumerable.Range(0, 4).Select(_ => consumer.Consume(Eventually.Patience).Message.Value));
    }

    [Fact]
    public async Task A_record_that_can_never_be_read_reaches_a_plain_consumer_as_such()
    {
        var codec = await new PipelineCodecs(client, PipelineTopics.Default, TimeProvider.System).CandlesAsync(Interval.OneHour, default);

        Assert.Throws<UnreadableRecordException>(() => codec.ForConfluent().Deserialize([1, 2, 3], false, Value));
    }

    private Candle Candle() => random.Candle() with { OpenTime = Time(), LastTradeTime = Time() };

    /// <summary>Of our centuries: further away Apache.Avro's instants lose a millisecond now and then.</summary>
    private DateTimeOffset Time() => DateTimeOffset.FromUnixTimeMilliseconds(times.NextInt64(5_000_000_000_000));

    private async Task AssertGoesThroughAsync<TCodec, T>(TCodec codec, T record, string topic, SubjectNameStrategy? strategy = null)
        where TCodec : IRecordEncoder<T>, IRecordDecoder<T>
    {
        var (bytes, context) = (Bytes(codec, record), new SerializationContext(MessageComponentType.Value, topic));

        var seen = await new AvroDeserializer<GenericRecord>(theirs).DeserializeAsync(bytes, false, context);
        var config = new AvroSerializerConfig { SubjectNameStrategy = strategy };
        var again = await new AvroSerializer<GenericRecord>(theirs, config).SerializeAsync(seen, context);

        Assert.Equal(record, codec.Decode(again));
    }

    private static byte[] Bytes<T>(IRecordEncoder<T> codec, T record)
    {
        var output = new ArrayBufferWriter<byte>();
        codec.Encode(record, output);
        return output.WrittenSpan.ToArray();
    }
}
