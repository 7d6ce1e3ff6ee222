using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StockPipeline.InteropTests.Support;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.InteropTests.Semantics;

/// <summary>What producers and readers see of records: the same of our broker and of Apache Kafka.</summary>
public sealed class RecordTests(Brokers brokers) : IClassFixture<Brokers>
{
    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Records_keep_order_key_value_headers_and_time(KafkaKind kind)
    {
        const int count = 500;
        var desk = await brokers.DeskAsync(kind);
        var topic = await desk.TopicAsync(1, Desk.KeepsAll);
        var time = new DateTime(2024, 2, 29, 10, 0, 0, DateTimeKind.Utc);
        using var producer = desk.Producer();
        await Task.WhenAll([.. Enumerable.Range(0, count).Select(number => producer.ProduceAsync(topic, new Message<string?, string?>
        {
            Key = number % 3 == 0 ? null : $"key {number}",
            Value = number % 5 == 0 ? null : $"value {number}",
            Timestamp = new Timestamp(time.AddSeconds(number)),
            Headers = [new Header("number", Encoding.UTF8.GetBytes($"{number}")), new Header("empty", null)],
        }))]);

        var read = desk.ReadAll(topic);

        Assert.Equal(count, read.Count);
        Assert.All(read, (record, number) =>
        {
            Assert.Equal(number, record.Offset.Value);
            Assert.Equal(number % 3 == 0 ? null : $"key {number}", record.Message.Key);
            Assert.Equal(number % 5 == 0 ? null : $"value {number}", record.Message.Value);
            Assert.Equal(new Timestamp(time.AddSeconds(number)), record.Message.Timestamp);
            Assert.Equal($"{number}", Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes("number")));
            Assert.Null(record.Message.Headers.GetLastBytes("empty"));
        });
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_topic_that_stamps_on_arrival_shows_the_time_of_the_broker(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        var topic = await desk.TopicAsync(1, ("message.timestamp.type", "LogAppendTime"));
        using var producer = desk.Producer();
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

        var written = await producer.ProduceAsync(topic, new() { Value = "v", Timestamp = new Timestamp(1_000, TimestampType.CreateTime) });

        var read = Assert.Single(desk.ReadAll(topic)).Message.Timestamp;
        Assert.Equal(TimestampType.LogAppendTime, read.Type);
        Assert.InRange(read.UnixTimestampMs, before, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        Assert.Equal(read.UnixTimestampMs, written.Timestamp.UnixTimestampMs);
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Offsets_are_found_by_time_and_a_reader_seeks(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        var topic = await desk.TopicAsync(1, Desk.KeepsAll);
        var partition = new TopicPartition(topic, 0);
        using (var producer = desk.Producer())
        {
            // The youngest record is not the last one.
            foreach (var second in (int[])[1, 2, 3, 9, 5])
            {
                var time = new Timestamp(second * 1_000, TimestampType.CreateTime);
                await producer.ProduceAsync(topic, new() { Value = $"{second}", Timestamp = time });
            }
        }
        using var consumer = desk.Consumer();
        using var admin = desk.Admin();

        Assert.Equal([0, 2, 2, 3, 3], new long[] { 0, 2_500, 3_000, 3_001, 9_000 }.Select(At));
        Assert.Equal(Offset.End.Value, At(9_001));
        Assert.Equal((0, -1), await ListedAsync(OffsetSpec.Earliest()));
        Assert.Equal((5, -1), await ListedAsync(OffsetSpec.Latest()));
        Assert.Equal((3, 9_000), await ListedAsync(OffsetSpec.MaxTimestamp()));
        Assert.Equal((2, 3_000), await ListedAsync(OffsetSpec.ForTimestamp(2_500)));
        consumer.Assign(new TopicPartitionOffset(partition, 0));
        Assert.Equal("1", Desk.Next(consumer).Message.Value);
        consumer.Seek(new TopicPartitionOffset(partition, 3));
        Assert.Equal("9", Desk.Next(consumer).Message.Value);
        consumer.Seek(new TopicPartitionOffset(partition, Offset.Beginning));
        Assert.Equal("1", Desk.Next(consumer).Message.Value);

        long At(long milliseconds) => Assert.Single(consumer.OffsetsForTimes(
            [new TopicPartitionTimestamp(partition, new Timestamp(milliseconds, TimestampType.CreateTime))], Desk.Patience)).Offset.Value;

        async Task<(long Offset, long Timestamp)> ListedAsync(OffsetSpec what)
        {
            var found = Assert.Single((await admin.ListOffsetsAsync([new() { TopicPartition = partition, OffsetSpec = what }])).ResultInfos);
            return (found.TopicPartitionOffsetError.Offset.Value, found.Timestamp);
        }
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_reader_beyond_the_end_is_reset_as_it_asked(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        var topic = await desk.TopicAsync();
        await desk.FillAsync(topic, ["first", "second"]);

        using var reset = desk.Consumer();
        reset.Assign(new TopicPartitionOffset(topic, 0, 100));
        Assert.Equal("first", Desk.Next(reset).Message.Value);

        using var strict = desk.Consumer(adapt: config => config.AutoOffsetReset = AutoOffsetReset.Error);
        strict.Assign(new TopicPartitionOffset(topic, 0, 100));
        var refused = Assert.Throws<ConsumeException>(() => strict.Consume(Desk.Patience));
        Assert.Equal(ErrorCode.Local_AutoOffsetReset, refused.Error.Code);
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_record_larger_than_the_reader_asks_for_comes_through(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        var topic = await desk.TopicAsync();
        var large = new string('x', 200_000);
        await desk.FillAsync(topic, [large, "next"]);
        using var reader = desk.Consumer(adapt: config =>
            (config.FetchMaxBytes, config.MaxPartitionFetchBytes, config.MessageMaxBytes) = (1_000, 1_000, 1_000));

        reader.Assign(new TopicPartitionOffset(topic, 0, 0));

        Assert.Equal(large, Desk.Next(reader).Message.Value);
        Assert.Equal("next", Desk.Next(reader).Message.Value);
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task What_a_topic_does_not_take_is_refused_and_nothing_is_written(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        var small = await desk.TopicAsync(1, ("max.message.bytes", "1000"));
        var compacted = await desk.TopicAsync(1, ("cleanup.policy", "compact"));
        using var producer = desk.Producer(config => config.TopicMetadataPropagationMaxMs = 500);

        Assert.Equal(ErrorCode.MsgSizeTooLarge, await RefusalAsync(small, new() { Key = "k", Value = new string('x', 2_000) }));
        Assert.Equal(ErrorCode.InvalidRecord, await RefusalAsync(compacted, new() { Value = "without a key" }));
        Assert.Contains(
            await RefusalAsync(desk.Named("missing"), new() { Value = "v" }), new[] { ErrorCode.Local_UnknownTopic, ErrorCode.UnknownTopicOrPart });
        Assert.Empty(desk.ReadAll(small));
        Assert.Empty(desk.ReadAll(compacted));
        using var admin = desk.Admin();
        Assert.DoesNotContain(admin.GetMetadata(Desk.Patience).Topics, topic => topic.Topic == desk.Named("missing"));

        async Task<ErrorCode> RefusalAsync(string topic, Message<string?, string?> message) =>
            (await Assert.ThrowsAsync<ProduceException<string?, string?>>(() => producer.ProduceAsync(topic, message))).Error.Code;
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Compaction_leaves_the_last_value_of_each_key_in_its_place(KafkaKind kind)
    {
        const int keys = 10;
        var desk = await brokers.DeskAsync(kind);
        var topic = await desk.TopicAsync(
            1, ("cleanup.policy", "compact"), ("segment.ms", "100"), ("min.cleanable.dirty.ratio", "0.01"), ("delete.retention.ms", "0"));
        await desk.FillAsync(topic, Enumerable.Range(0, 500).Select(number => ((string?)$"k{number % keys}", (string?)$"{number}")));
        await desk.FillAsync(topic, [("k0", null)]);

        // A segment rolls when something is written to it; what is in the newest one is never compacted.
        var left = await Eventually.SeeAsync(
            async () =>
            {
                await desk.FillAsync(topic, [("roll", "roll")]);
                return desk.ReadAll(topic).Where(record => record.Message.Key != "roll")
                    .Select(record => (record.Offset.Value, record.Message.Value)).ToList();
            },
            records => records.Count < keys, TimeSpan.FromSeconds(60));

        Assert.Equal(Enumerable.Range(491, keys - 1).Select(number => ((long)number, (string?)$"{number}")), left);
        using var consumer = desk.Consumer();
        Assert.Equal(0, consumer.QueryWatermarkOffsets(new TopicPartition(topic, 0), Desk.Patience).Low.Value);
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_table_that_keeps_changing_stays_a_few_records_a_key(KafkaKind kind)
    {
        const int keys = 50;
        var desk = await brokers.DeskAsync(kind);
        // As the pipeline declares its tables, but for the ages: seconds in place of minutes.
        var topic = await desk.TopicAsync(
            1, ("cleanup.policy", "compact"), ("segment.bytes", "2097152"), ("segment.ms", "1000"), ("min.cleanable.dirty.ratio", "0.2"),
            ("min.compaction.lag.ms", "0"), ("max.compaction.lag.ms", "60000"));
        var round = 0;

        // Every look writes as many changes as there are keys.
        await Eventually.SeeAsync(
            async () =>
            {
                await desk.FillAsync(topic, Enumerable.Range(0, keys).Select(key => ((string?)$"k{key}", (string?)$"{round}")));
                return (Rounds: ++round, Read: desk.ReadAll(topic).Count);
            },
            seen => seen.Rounds > 10 && seen.Read <= 3 * keys, TimeSpan.FromSeconds(60));
    }
}
