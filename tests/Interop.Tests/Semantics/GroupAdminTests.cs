using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StockPipeline.InteropTests.Support;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.InteropTests.Semantics;

/// <summary>What an administrator sees of consumer groups: the same of our broker and of Apache Kafka.</summary>
public sealed class GroupAdminTests(Brokers brokers) : IClassFixture<Brokers>
{
    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_group_with_a_member_is_described_and_cannot_be_deleted(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        var topic = await desk.TopicAsync();
        await desk.FillAsync(topic, ["v"]);
        var group = desk.Named("described");
        using var admin = desk.Admin();
        using (var consumer = desk.Consumer(group, config => (config.ClientId, config.GroupInstanceId) = ("reader", "first")))
        {
            consumer.Subscribe(topic);
            consumer.Commit(Desk.Next(consumer));
            var busy = await DescribedAsync();
            Assert.Equal((ConsumerGroupState.Stable, "range", false), (busy.State, busy.PartitionAssignor, busy.IsSimpleConsumerGroup));
            Assert.Equal((1, ErrorCode.NoError), (busy.Coordinator.Id, busy.Error.Code));
            var member = Assert.Single(busy.Members);
            Assert.Equal(("reader", "first", "/127.0.0.1"), (member.ClientId, member.GroupInstanceId, member.Host));
            Assert.Equal([new TopicPartition(topic, 0)], member.Assignment.TopicPartitions);
            Assert.Equal(ErrorCode.NonEmptyGroup, await DeletionAsync());
            var refused = await Assert.ThrowsAsync<DeleteConsumerGroupOffsetsException>(
                () => admin.DeleteConsumerGroupOffsetsAsync(group, [new TopicPartition(topic, 0)]));
            Assert.Equal(ErrorCode.GroupSubscribedToTopic, Assert.Single(refused.Result.Partitions).Error.Code);
            // A static member says no goodbye: it stays as long as its session.
            consumer.Close();
        }
        Assert.Equal(ConsumerGroupState.Stable, (await DescribedAsync()).State);

        var missing = desk.Named("missing");
        Assert.Equal(ErrorCode.GroupIdNotFound, await DeletionAsync(missing));
        Assert.Equal(ConsumerGroupState.Dead, (await DescribedAsync(missing)).State);

        async Task<ConsumerGroupDescription> DescribedAsync(string? name = null) =>
            Assert.Single((await admin.DescribeConsumerGroupsAsync([name ?? group])).ConsumerGroupDescriptions);

        async Task<ErrorCode> DeletionAsync(string? name = null) => Assert.Single(
            (await Assert.ThrowsAsync<DeleteGroupsException>(() => admin.DeleteGroupsAsync([name ?? group]))).Results).Error.Code;
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task An_empty_group_is_listed_until_it_is_deleted_and_its_offsets_with_it(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        var topic = await desk.TopicAsync();
        await desk.FillAsync(topic, ["v"]);
        var group = desk.Named("empty");
        using var admin = desk.Admin();
        using (var consumer = desk.Consumer(group))
        {
            consumer.Subscribe(topic);
            consumer.Commit(Desk.Next(consumer));
            consumer.Close();
        }

        var listed = (await admin.ListConsumerGroupsAsync()).Valid.Single(one => one.GroupId == group);
        Assert.Equal((ConsumerGroupState.Empty, false), (listed.State, listed.IsSimpleConsumerGroup));
        Assert.DoesNotContain(
            (await admin.ListConsumerGroupsAsync(new() { MatchStates = [ConsumerGroupState.Stable] })).Valid, one => one.GroupId == group);
        await admin.DeleteGroupsAsync([group]);

        Assert.DoesNotContain((await admin.ListConsumerGroupsAsync()).Valid, one => one.GroupId == group);
        using var next = desk.Consumer(group);
        Assert.Equal(Offset.Unset, Assert.Single(next.Committed([new TopicPartition(topic, 0)], Desk.Patience)).Offset);
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task The_offsets_of_a_group_are_listed_moved_and_deleted(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        var topic = await desk.TopicAsync(2);
        var group = desk.Named("offsets");
        using var admin = desk.Admin();
        var (first, second) = (new TopicPartition(topic, 0), new TopicPartition(topic, 1));

        await admin.AlterConsumerGroupOffsetsAsync([new(group, [new(first, 7), new(second, 3)])]);
        Assert.Equal([(0, 7), (1, 3)], await OffsetsAsync());
        await admin.AlterConsumerGroupOffsetsAsync([new(group, [new(first, 5)])]);
        await admin.DeleteConsumerGroupOffsetsAsync(group, [second]);

        Assert.Equal([(0, 5)], await OffsetsAsync());

        async Task<IEnumerable<(int Partition, long Offset)>> OffsetsAsync() =>
            Assert.Single(await admin.ListConsumerGroupOffsetsAsync([new(group, null)])).Partitions
                .Select(one => (one.Partition.Value, one.Offset.Value)).Order();
    }
}
