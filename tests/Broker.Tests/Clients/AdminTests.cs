using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StockPipeline.Testing;

namespace StockPipeline.BrokerTests.Clients;

public sealed class AdminTests(BrokerFixture fixture) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task A_topic_is_described_with_its_partitions_on_the_only_broker()
    {
        var topic = await fixture.CreateTopicAsync(3);
        using var admin = fixture.Admin();

        var described = Assert.Single((await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([topic]))).TopicDescriptions);
        var cluster = await admin.DescribeClusterAsync();

        Assert.Equal([0, 1, 2], described.Partitions.Select(partition => partition.Partition));
        Assert.All(described.Partitions, partition => Assert.Equal(1, partition.Leader.Id));
        Assert.Equal((1, 1), (cluster.Controller.Id, Assert.Single(cluster.Nodes).Id));
        Assert.NotEmpty(cluster.ClusterId);
    }

    [Theory]
    [InlineData("bad/name", 1, -1, ErrorCode.TopicException)]
    [InlineData("zero-partitions", 0, -1, ErrorCode.InvalidPartitions)]
    [InlineData("two-replicas", 1, 2, ErrorCode.InvalidReplicationFactor)]
    public async Task A_topic_that_cannot_be_is_refused_as_Kafka_does(string name, int partitions, short replicas, ErrorCode error)
    {
        using var admin = fixture.Admin();
        var refused = await Assert.ThrowsAsync<CreateTopicsException>(() => admin.CreateTopicsAsync(
            [new TopicSpecification { Name = name, NumPartitions = partitions, ReplicationFactor = replicas }]));

        Assert.Equal(error, Assert.Single(refused.Results).Error.Code);
    }

    [Fact]
    public async Task A_topic_is_created_once_and_deleted_once()
    {
        var topic = await fixture.CreateTopicAsync();
        using var admin = fixture.Admin();
        var refused = await Assert.ThrowsAsync<CreateTopicsException>(() => admin.CreateTopicsAsync([new TopicSpecification { Name = topic }]));
        Assert.Equal(ErrorCode.TopicAlreadyExists, Assert.Single(refused.Results).Error.Code);

        await admin.DeleteTopicsAsync([topic]);

        Assert.DoesNotContain(admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics, one => one.Topic == topic);
        var gone = await Assert.ThrowsAsync<DeleteTopicsException>(() => admin.DeleteTopicsAsync([topic]));
        Assert.Equal(ErrorCode.UnknownTopicOrPart, Assert.Single(gone.Results).Error.Code);
    }

    [Fact]
    public async Task Added_partitions_are_empty_and_take_records()
    {
        var topic = await fixture.CreateTopicAsync();
        using var admin = fixture.Admin();
        await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = topic, IncreaseTo = 3 }]);

        using var producer = fixture.Producer();
        var report = await producer.ProduceAsync(new TopicPartition(topic, 2), new() { Value = "v" });

        Assert.Equal(0, report.Offset.Value);
        var refused = await Assert.ThrowsAsync<CreatePartitionsException>(
            () => admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = topic, IncreaseTo = 3 }]));
        Assert.Equal(ErrorCode.InvalidPartitions, Assert.Single(refused.Results).Error.Code);
    }

    [Fact]
    public async Task Configs_are_set_described_with_their_source_and_taken_back()
    {
        var topic = await fixture.CreateTopicAsync(1, ("retention.ms", "1000"));
        using var admin = fixture.Admin();
        var resource = new ConfigResource { Type = Confluent.Kafka.Admin.ResourceType.Topic, Name = topic };

        await admin.IncrementalAlterConfigsAsync(new()
        {
            [resource] =
            [
                new ConfigEntry { Name = "cleanup.policy", Value = "compact", IncrementalOperation = AlterConfigOpType.Append },
                new ConfigEntry { Name = "segment.ms", Value = "7", IncrementalOperation = AlterConfigOpType.Set },
                new ConfigEntry { Name = "retention.ms", IncrementalOperation = AlterConfigOpType.Delete },
            ],
        });

        var entries = Assert.Single(await admin.DescribeConfigsAsync([resource])).Entries;
        Assert.Equal("delete,compact", entries["cleanup.policy"].Value);
        Assert.Equal(("7", ConfigSource.DynamicTopicConfig), (entries["segment.ms"].Value, entries["segment.ms"].Source));
        Assert.Equal(("604800000", true), (entries["retention.ms"].Value, entries["retention.ms"].IsDefault));

        await admin.AlterConfigsAsync(new() { [resource] = [new ConfigEntry { Name = "retention.bytes", Value = "5" }] });
        entries = Assert.Single(await admin.DescribeConfigsAsync([resource])).Entries;
        Assert.Equal(("5", "delete"), (entries["retention.bytes"].Value, entries["cleanup.policy"].Value));
    }

    [Theory]
    [InlineData("retention.ms", "-2", ErrorCode.InvalidConfig)]
    [InlineData("no.such.config", "1", ErrorCode.InvalidConfig)]
    public async Task A_config_that_cannot_be_is_refused_as_Kafka_does(string name, string value, ErrorCode error)
    {
        var topic = await fixture.CreateTopicAsync();
        using var admin = fixture.Admin();
        var resource = new ConfigResource { Type = Confluent.Kafka.Admin.ResourceType.Topic, Name = topic };

        var refused = await Assert.ThrowsAsync<IncrementalAlterConfigsException>(() => admin.IncrementalAlterConfigsAsync(new()
        {
            [resource] = [new ConfigEntry { Name = name, Value = value, IncrementalOperation = AlterConfigOpType.Set }],
        }));

        Assert.Equal(error, Assert.Single(refused.Results).Error.Code);
    }

    [Fact]
    public async Task Offsets_are_found_at_the_ends_and_by_time()
    {
        var topic = await fixture.CreateTopicAsync(1, BrokerFixture.KeepsAll);
        var start = new DateTimeOffset(2026, 3, 2, 7, 0, 0, TimeSpan.Zero);
        using var producer = fixture.Producer();
        for (var i = 0; i < 10; i++)
            await producer.ProduceAsync(topic, new() { Value = $"{i}", Timestamp = new Timestamp(start.AddMinutes(i)) });
        using var admin = fixture.Admin();
        using var consumer = fixture.Consumer();
        var partition = new TopicPartition(topic, 0);

        Assert.Equal(0, await FindAsync(OffsetSpec.Earliest()));
        Assert.Equal(10, await FindAsync(OffsetSpec.Latest()));
        Assert.Equal(9, await FindAsync(OffsetSpec.MaxTimestamp()));
        Assert.Equal(4, await FindAsync(OffsetSpec.ForTimestamp(start.AddMinutes(3.5).ToUnixTimeMilliseconds())));
        Assert.Equal(-1, await FindAsync(OffsetSpec.ForTimestamp(start.AddMinutes(10).ToUnixTimeMilliseconds())));
        var byTime = consumer.OffsetsForTimes([new TopicPartitionTimestamp(partition, new Timestamp(start.AddMinutes(2)))], TimeSpan.FromSeconds(10));
        Assert.Equal(2, Assert.Single(byTime).Offset.Value);

        async Task<long> FindAsync(OffsetSpec spec)
        {
            var result = await admin.ListOffsetsAsync([new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = spec }]);
            return Assert.Single(result.ResultInfos).TopicPartitionOffsetError.Offset.Value;
        }
    }

    [Fact]
    public async Task Deleted_records_are_gone_for_readers_also_after_a_death_of_the_broker()
    {
        var topic = await fixture.CreateTopicAsync();
        using (var producer = fixture.Producer())
        {
            for (var i = 0; i < 10; i++)
                await producer.ProduceAsync(topic, new() { Value = $"{i}" });
        }
        using (var admin = fixture.Admin())
            await admin.DeleteRecordsAsync([new TopicPartitionOffset(topic, 0, 6)]);
        Assert.Equal([6L, 7, 8, 9], fixture.ReadAll(topic).Select(record => record.Offset.Value));

        await fixture.RestartAsync(clean: false);

        Assert.Equal([6L, 7, 8, 9], fixture.ReadAll(topic).Select(record => record.Offset.Value));
        using var reader = fixture.Consumer(config => config.AutoOffsetReset = AutoOffsetReset.Error);
        reader.Assign(new TopicPartitionOffset(topic, 0, 2));
        var failure = Assert.Throws<ConsumeException>(() => reader.Consume(Eventually.Patience));
        Assert.Contains(failure.Error.Code, new[] { ErrorCode.Local_AutoOffsetReset, ErrorCode.OffsetOutOfRange }.AsEnumerable());
    }

    [Fact]
    public async Task Records_of_a_compacted_topic_cannot_be_deleted()
    {
        var topic = await fixture.CreateTopicAsync(1, ("cleanup.policy", "compact"));
        using var admin = fixture.Admin();

        var refused = await Assert.ThrowsAsync<DeleteRecordsException>(() => admin.DeleteRecordsAsync([new TopicPartitionOffset(topic, 0, 0)]));

        Assert.Equal(ErrorCode.PolicyViolation, Assert.Single(refused.Results).Error.Code);
    }

    [Fact]
    public async Task A_transactional_producer_is_told_at_once_that_there_are_no_transactions()
    {
        using var producer = fixture.Producer(config => config.TransactionalId = "t");

        var failure = await Task.Run(() => Assert.ThrowsAny<KafkaException>(() => producer.InitTransactions(TimeSpan.FromSeconds(20))));

        Assert.True(failure.Error.IsFatal, failure.Error.ToString());
    }
}
