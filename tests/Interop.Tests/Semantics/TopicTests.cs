using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StockPipeline.InteropTests.Support;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.InteropTests.Semantics;

/// <summary>What an administrator sees of topics: the same of our broker and of Apache Kafka.</summary>
public sealed class TopicTests(Brokers brokers) : IClassFixture<Brokers>
{
    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_cluster_of_one_node_is_described(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        using var admin = desk.Admin();

        var cluster = await admin.DescribeClusterAsync(new DescribeClusterOptions { IncludeAuthorizedOperations = true });

        var node = Assert.Single(cluster.Nodes);
        Assert.Equal((1, desk.BootstrapServers), (node.Id, $"{node.Host}:{node.Port}"));
        Assert.Equal(1, cluster.Controller.Id);
        Assert.Equal(22, cluster.ClusterId.Length);
        Assert.Equal(
            [
                AclOperation.Create, AclOperation.Alter, AclOperation.Describe, AclOperation.ClusterAction, AclOperation.DescribeConfigs,
                AclOperation.AlterConfigs, AclOperation.IdempotentWrite,
            ],
            cluster.AuthorizedOperations.Order());
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_topic_is_created_once_described_and_deleted_once(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        var topic = await desk.TopicAsync(3);
        using var admin = desk.Admin();

        var described = Assert.Single((await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([topic]))).TopicDescriptions);
        Assert.Equal([0, 1, 2], described.Partitions.Select(partition => partition.Partition));
        Assert.All(described.Partitions, partition => Assert.Equal((1, 1, 1), (partition.Leader.Id, partition.Replicas.Count, partition.ISR.Count)));
        Assert.False(described.IsInternal);
        var twice = await Assert.ThrowsAsync<CreateTopicsException>(() => admin.CreateTopicsAsync([new TopicSpecification { Name = topic }]));
        Assert.Equal(ErrorCode.TopicAlreadyExists, Assert.Single(twice.Results).Error.Code);

        await admin.DeleteTopicsAsync([topic]);

        await Eventually.TrueAsync(() => admin.GetMetadata(Desk.Patience).Topics.All(one => one.Topic != topic));
        var gone = await Assert.ThrowsAsync<DeleteTopicsException>(() => admin.DeleteTopicsAsync([topic]));
        Assert.Equal(ErrorCode.UnknownTopicOrPart, Assert.Single(gone.Results).Error.Code);
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_topic_that_is_created_anew_begins_empty(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        var topic = await desk.TopicAsync();
        await desk.FillAsync(topic, ["old"]);
        using var admin = desk.Admin();

        await admin.DeleteTopicsAsync([topic]);
        await Eventually.TrueAsync(() => admin.GetMetadata(Desk.Patience).Topics.All(one => one.Topic != topic));
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 1, ReplicationFactor = 1 }]);
        await desk.FillAsync(topic, ["new"]);

        var only = Assert.Single(desk.ReadAll(topic));
        Assert.Equal((0, "new"), (only.Offset.Value, only.Message.Value));
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_topic_that_cannot_be_is_refused_and_trying_it_out_creates_nothing(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        using var admin = desk.Admin();
        var (tried, name) = (desk.Named("tried"), desk.Named("wrong"));

        await admin.CreateTopicsAsync([Topic(tried)], new CreateTopicsOptions { ValidateOnly = true });

        Assert.Equal(ErrorCode.TopicException, await RefusalAsync(Topic("bad/name")));
        Assert.Equal(ErrorCode.TopicException, await RefusalAsync(Topic(".")));
        Assert.Equal(ErrorCode.TopicException, await RefusalAsync(Topic(new string('n', 250))));
        Assert.Equal(ErrorCode.InvalidPartitions, await RefusalAsync(Topic(name, partitions: 0)));
        Assert.Equal(ErrorCode.InvalidReplicationFactor, await RefusalAsync(Topic(name, replicas: 2)));
        Assert.DoesNotContain(admin.GetMetadata(Desk.Patience).Topics, topic => topic.Topic == tried || topic.Topic == name);

        async Task<ErrorCode> RefusalAsync(TopicSpecification topic) => Assert.Single(
            (await Assert.ThrowsAsync<CreateTopicsException>(() => admin.CreateTopicsAsync([topic]))).Results).Error.Code;

        static TopicSpecification Topic(string name, int partitions = 1, short replicas = 1) =>
            new() { Name = name, NumPartitions = partitions, ReplicationFactor = replicas };
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Partitions_are_added_and_never_taken_away(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        var topic = await desk.TopicAsync();
        using var admin = desk.Admin();

        await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = topic, IncreaseTo = 3 }]);

        await Eventually.TrueAsync(() => admin.GetMetadata(topic, Desk.Patience).Topics[0].Partitions.Count == 3);
        await desk.FillAsync(topic, ["v"], partition: 2);
        Assert.Equal(["v"], desk.ReadValues(topic, 2));
        Assert.Equal(ErrorCode.InvalidPartitions, await RefusalAsync(topic, 2));
        Assert.Equal(ErrorCode.InvalidPartitions, await RefusalAsync(topic, 3));
        Assert.Equal(ErrorCode.UnknownTopicOrPart, await RefusalAsync(desk.Named("missing"), 3));

        async Task<ErrorCode> RefusalAsync(string name, int partitions) => Assert.Single((await Assert.ThrowsAsync<CreatePartitionsException>(
            () => admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = name, IncreaseTo = partitions }]))).Results).Error.Code;
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Deleted_records_are_gone_and_the_watermark_moves(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        var topic = await desk.TopicAsync();
        var compacted = await desk.TopicAsync(1, ("cleanup.policy", "compact"));
        await desk.FillAsync(topic, Enumerable.Range(0, 10).Select(number => $"{number}"));
        using var admin = desk.Admin();

        var deleted = await admin.DeleteRecordsAsync([new TopicPartitionOffset(topic, 0, 4)]);

        Assert.Equal(4, Assert.Single(deleted).Offset.Value);
        using var consumer = desk.Consumer();
        var marks = consumer.QueryWatermarkOffsets(new TopicPartition(topic, 0), Desk.Patience);
        Assert.Equal((4, 10), (marks.Low.Value, marks.High.Value));
        Assert.Equal([4, 5, 6, 7, 8, 9], desk.ReadAll(topic).Select(record => record.Offset.Value));
        Assert.Equal(ErrorCode.OffsetOutOfRange, await RefusalAsync(topic, 11));
        Assert.Equal(ErrorCode.PolicyViolation, await RefusalAsync(compacted, 0));

        async Task<ErrorCode> RefusalAsync(string name, long before) => Assert.Single((await Assert.ThrowsAsync<DeleteRecordsException>(
            () => admin.DeleteRecordsAsync([new TopicPartitionOffset(name, 0, before)]))).Results).Error.Code;
    }
}
