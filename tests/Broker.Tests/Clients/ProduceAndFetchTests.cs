using Confluent.Kafka;
using StockPipeline.Testing;

namespace StockPipeline.BrokerTests.Clients;

public sealed class ProduceAndFetchTests(BrokerFixture fixture) : IClassFixture<BrokerFixture>
{
    [Theory]
    [InlineData(CompressionType.None, false)]
    [InlineData(CompressionType.None, true)]
    [InlineData(CompressionType.Gzip, true)]
    [InlineData(CompressionType.Snappy, false)]
    [InlineData(CompressionType.Lz4, false)]
    [InlineData(CompressionType.Zstd, true)]
    public async Task Records_come_back_as_they_were_sent(CompressionType compression, bool idempotent)
    {
        var topic = await fixture.CreateTopicAsync();
        var sent = Enumerable.Range(0, 5000).Select(i => (Key: $"key {i % 100}", Value: i % 7 == 0 ? null : $"value {i}")).ToList();

        using (var producer = fixture.Producer(config => (config.CompressionType, config.EnableIdempotence) = (compression, idempotent)))
        {
            var reports = sent.Select(record => producer.ProduceAsync(topic, new() { Key = record.Key, Value = record.Value })).ToList();
            var offsets = (await Task.WhenAll(reports)).Select(report => report.Offset.Value);
            Assert.Equal(Enumerable.Range(0, 5000).Select(i => (long)i), offsets);
        }

        var read = fixture.ReadAll(topic);
        Assert.Equal(sent, read.Select(record => (record.Message.Key!, record.Message.Value)));
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => (long)i), read.Select(record => record.Offset.Value));
    }

    [Fact]
    public async Task Headers_and_timestamps_come_back()
    {
        var topic = await fixture.CreateTopicAsync(1, BrokerFixture.KeepsAll);
        var time = new DateTimeOffset(2026, 3, 2, 7, 0, 0, TimeSpan.Zero);
        using var producer = fixture.Producer();
        await producer.ProduceAsync(topic, new() { Value = "v", Headers = [new Header("h", [1, 2])], Timestamp = new Timestamp(time) });

        var record = Assert.Single(fixture.ReadAll(topic));
        Assert.Equal(time.UtcDateTime, record.Message.Timestamp.UtcDateTime);
        Assert.Equal([1, 2], record.Message.Headers.GetLastBytes("h"));
    }

    [Fact]
    public async Task A_waiting_consumer_gets_a_record_when_it_is_written()
    {
        var topic = await fixture.CreateTopicAsync();
        using var producer = fixture.Producer();
        using var consumer = fixture.Consumer(config => (config.FetchWaitMaxMs, config.SocketTimeoutMs) = (90_000, 120_000));
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        Assert.Null(consumer.Consume(TimeSpan.FromMilliseconds(300)));

        for (var i = 0; i < 3; i++)
        {
            await producer.ProduceAsync(topic, new() { Value = $"{i}" });
            Assert.Equal($"{i}", consumer.Consume(Eventually.Patience).Message.Value);
        }
    }

    [Fact]
    public async Task A_batch_larger_than_the_client_asks_for_still_comes_through()
    {
        var topic = await fixture.CreateTopicAsync();
        var large = new string('x', 500_000);
        using var producer = fixture.Producer();
        await producer.ProduceAsync(topic, new() { Value = large });
        await producer.ProduceAsync(topic, new() { Value = "after" });

        using var consumer = fixture.Consumer(config => (config.FetchMaxBytes, config.MessageMaxBytes, config.MaxPartitionFetchBytes) = (1000, 1000,
            1000));
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        Assert.Equal(large, consumer.Consume(Eventually.Patience).Message.Value);
        Assert.Equal("after", consumer.Consume(Eventually.Patience).Message.Value);
    }

    [Fact]
    public async Task A_record_beyond_max_message_bytes_is_refused_and_nothing_is_written()
    {
        var topic = await fixture.CreateTopicAsync(1, ("max.message.bytes", "1000"));
        using var producer = fixture.Producer();
        var failure = await Assert.ThrowsAsync<ProduceException<string?, string?>>(() => producer.ProduceAsync(topic,
            new() { Value = new string('x', 2000) }));

        Assert.Equal(ErrorCode.MsgSizeTooLarge, failure.Error.Code);
        Assert.Empty(fixture.ReadAll(topic));
    }

    [Fact]
    public async Task A_topic_that_does_not_exist_is_not_created_by_naming_it()
    {
        using var producer = fixture.Producer(config => config.TopicMetadataPropagationMaxMs = 100);
        var failure = await Assert.ThrowsAsync<ProduceException<string?, string?>>(() => producer.ProduceAsync("nowhere", new() { Value = "v" }));

        Assert.True(failure.Error.Code is ErrorCode.Local_UnknownTopic or ErrorCode.UnknownTopicOrPart, failure.Error.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_acknowledged_is_there_after_a_restart(bool clean)
    {
        var topic = await fixture.CreateTopicAsync(3);
        using var producer = fixture.Producer(config => config.EnableIdempotence = true);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => producer.ProduceAsync(new TopicPartition(topic, i % 3), new() { Value = $"{i}" })));

        await fixture.RestartAsync(clean);
        await Task.WhenAll(Enumerable.Range(300, 300).Select(i => producer.ProduceAsync(new TopicPartition(topic, i % 3), new() { Value = $"{i}" })));

        for (var partition = 0; partition < 3; partition++)
        {
            var expected = Enumerable.Range(0, 600).Where(i => i % 3 == partition).Select(i => $"{i}");
            Assert.Equal(expected, fixture.ReadAll(topic, partition).Select(record => record.Message.Value));
        }
    }
}
