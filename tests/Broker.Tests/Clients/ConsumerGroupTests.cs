using System.Collections.Concurrent;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StockPipeline.Testing;

namespace StockPipeline.BrokerTests.Clients;

/// <summary>Consumer groups as the public client knows them.</summary>
public sealed class ConsumerGroupTests(BrokerFixture fixture) : IClassFixture<BrokerFixture>
{
    private const int Partitions = 6;

    [Theory]
    [InlineData(PartitionAssignmentStrategy.Range)]
    [InlineData(PartitionAssignmentStrategy.CooperativeSticky)]
    public async Task Three_consumers_that_come_and_go_always_share_all_partitions_and_miss_nothing(PartitionAssignmentStrategy strategy)
    {
        var topic = await fixture.CreateTopicAsync(Partitions);
        await using var group = new RunningGroup(fixture, topic, $"three-{strategy}", strategy);

        group.Start("a");
        await group.SharedByAsync(1);
        await Produce(topic, 0, 300);
        group.Start("b");
        group.Start("c");
        await group.SharedByAsync(3);
        await Produce(topic, 300, 300);
        await group.SawAsync(600);
        await group.StopAsync("a");
        await group.SharedByAsync(2);
        await group.StopAsync("b");
        await group.SharedByAsync(1);
        await Produce(topic, 600, 300);

        await group.SawAsync(900);
    }

    [Fact]
    public async Task A_static_member_restarts_without_a_rebalance_for_the_others()
    {
        var topic = await fixture.CreateTopicAsync(Partitions);
        await using var group = new RunningGroup(fixture, topic, "static", PartitionAssignmentStrategy.Range);
        group.Start("a", "instance-a");
        group.Start("b", "instance-b");
        await group.SharedByAsync(2);
        var before = group.Assignments("a");

        await group.StopAsync("b");
        group.Start("b2", "instance-b");
        await group.SharedByAsync(2);
        await Produce(topic, 0, 100);
        await group.SawAsync(100);

        Assert.Equal(before, group.Assignments("a"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Committed_offsets_survive_the_broker(bool clean)
    {
        var topic = await fixture.CreateTopicAsync(2);
        var offsets = new[] { new TopicPartitionOffset(topic, 0, 17), new TopicPartitionOffset(topic, 1, 4) };
        await Produce(topic, 0, 200);
        using (var consumer = fixture.Consumer(config => config.GroupId = $"survivor-{clean}"))
            consumer.Commit(offsets);

        await fixture.RestartAsync(clean);

        using var again = fixture.Consumer(config => config.GroupId = $"survivor-{clean}");
        Assert.Equal(offsets, again.Committed([new(topic, 0), new(topic, 1)], Eventually.Patience));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_running_group_goes_on_after_the_broker_restarted(bool clean)
    {
        var topic = await fixture.CreateTopicAsync(Partitions);
        await using var group = new RunningGroup(fixture, topic, $"goes-on-{clean}", PartitionAssignmentStrategy.CooperativeSticky);
        group.Start("a");
        group.Start("b");
        await group.SharedByAsync(2);
        await Produce(topic, 0, 100);
        await group.SawAsync(100);

        await fixture.RestartAsync(clean);
        await Produce(topic, 100, 100);

        await group.SawAsync(200);
    }

    [Fact]
    public async Task The_admin_client_lists_describes_and_deletes_groups()
    {
        var topic = await fixture.CreateTopicAsync(Partitions);
        using var admin = fixture.Admin();
        await using (var group = new RunningGroup(fixture, topic, "shown", PartitionAssignmentStrategy.Range))
        {
            group.Start("a");
            await group.SharedByAsync(1);

            var listed = (await admin.ListConsumerGroupsAsync()).Valid.Single(each => each.GroupId == "shown");
            var described = (await admin.DescribeConsumerGroupsAsync(["shown"])).ConsumerGroupDescriptions[0];
            var refused = await Assert.ThrowsAsync<DeleteGroupsException>(() => admin.DeleteGroupsAsync(["shown"]));

            Assert.Equal(ConsumerGroupState.Stable, listed.State);
            Assert.Equal((ConsumerGroupState.Stable, "range"), (described.State, described.PartitionAssignor));
            var member = Assert.Single(described.Members);
            Assert.Equal(Partitions, member.Assignment.TopicPartitions.Count);
            Assert.Equal("/127.0.0.1", member.Host);
            Assert.Equal(ErrorCode.NonEmptyGroup, refused.Results[0].Error.Code);
        }

        Assert.Equal(ConsumerGroupState.Empty, (await admin.DescribeConsumerGroupsAsync(["shown"])).ConsumerGroupDescriptions[0].State);
        await admin.DeleteGroupsAsync(["shown"]);
        Assert.DoesNotContain((await admin.ListConsumerGroupsAsync()).Valid, each => each.GroupId == "shown");
        var unknown = await Assert.ThrowsAsync<DeleteGroupsException>(() => admin.DeleteGroupsAsync(["shown"]));
        Assert.Equal(ErrorCode.GroupIdNotFound, unknown.Results[0].Error.Code);
    }

    [Fact]
    public async Task The_admin_client_reads_moves_and_deletes_offsets()
    {
        var topic = await fixture.CreateTopicAsync(2);
        await Produce(topic, 0, 100);
        using var admin = fixture.Admin();
        var moved = new ConsumerGroupTopicPartitionOffsets("moved", [new TopicPartitionOffset(topic, 0, 5), new TopicPartitionOffset(topic, 1, 6)]);

        await admin.AlterConsumerGroupOffsetsAsync([moved]);
        var read = await admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions("moved", null)]);
        await admin.DeleteConsumerGroupOffsetsAsync("moved", [new TopicPartition(topic, 0)]);
        var left = await admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions("moved", [new(topic, 0), new(topic, 1)])]);

        Assert.Equal(moved.TopicPartitionOffsets.Select(each => each.Offset), read[0].Partitions.OrderBy(each => each.Partition.Value)
            .Select(each => each.Offset));
        Assert.Equal([Offset.Unset, new Offset(6)], left[0].Partitions.OrderBy(each => each.Partition.Value).Select(each => each.Offset));
    }

    [Fact]
    public async Task A_deleted_topic_takes_its_offsets_along()
    {
        var topic = await fixture.CreateTopicAsync(2);
        await Produce(topic, 0, 10);
        using var admin = fixture.Admin();
        await admin.AlterConsumerGroupOffsetsAsync([new("gone", [new TopicPartitionOffset(topic, 0, 5)])]);

        await admin.DeleteTopicsAsync([topic]);

        var left = await admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions("gone", null)]);
        Assert.Empty(left[0].Partitions);
    }

    private async Task Produce(string topic, int from, int count)
    {
        using var producer = fixture.Producer();
        await Task.WhenAll(Enumerable.Range(from, count).Select(number =>
            producer.ProduceAsync(new TopicPartition(topic, number % 2), new() { Value = $"{number}" })));
    }

    /// <summary>Consumers of one group, each on a thread of its own, and what they own and saw.</summary>
    private sealed class RunningGroup(BrokerFixture fixture, string topic, string groupId, PartitionAssignmentStrategy strategy) : IAsyncDisposable
    {
        private readonly ConcurrentDictionary<string, Running> running = new();
        private readonly ConcurrentDictionary<string, int> seen = new();

        public void Start(string name, string? instance = null)
        {
            var one = new Running();
            running[name] = one;
            one.Work = Task.Factory.StartNew(() => Consume(one, instance), TaskCreationOptions.LongRunning);
        }

        public int Assignments(string name) => running[name].Assignments;

        public async Task StopAsync(string name)
        {
            running.TryRemove(name, out var one);
            await one!.Stop.CancelAsync();
            await one.Work;
            one.Stop.Dispose();
        }

        /// <summary>So many consumers own all partitions, each once, and each consumer some.</summary>
        public Task<string> SharedByAsync(int consumers) => Eventually.SeeAsync(
            () => string.Join(" | ", running.Values.Select(one => string.Join(',', one.Owned.Keys.Order())).Order()),
            owned => owned.Split(" | ") is var each && each.Length == consumers && each.All(some => some.Length > 0)
                && each.SelectMany(some => some.Split(',')).Order().SequenceEqual(Enumerable.Range(0, Partitions).Select(p => $"{p}")));

        public Task<int> SawAsync(int records) => Eventually.SeeAsync(() => seen.Count, count => count == records);

        public async ValueTask DisposeAsync()
        {
            foreach (var name in running.Keys)
                await StopAsync(name);
        }

        private void Consume(Running one, string? instance)
        {
            var config = new ConsumerConfig
            {
                BootstrapServers = fixture.Broker.BootstrapServers,
                GroupId = groupId,
                GroupInstanceId = instance,
                PartitionAssignmentStrategy = strategy,
                AutoOffsetReset = AutoOffsetReset.Earliest,
                AutoCommitIntervalMs = 100,
                SessionTimeoutMs = 30_000,
                HeartbeatIntervalMs = 200,
                FetchWaitMaxMs = 50,
                ReconnectBackoffMaxMs = 200,
            };
            using var consumer = new ConsumerBuilder<Ignore, string>(config)
                .SetLogHandler((_, _) => { })
                .SetPartitionsAssignedHandler((_, added) =>
                {
                    one.Assignments++;
                    added.ForEach(partition => one.Owned[partition.Partition.Value] = true);
                })
                .SetPartitionsRevokedHandler((_, revoked) => revoked.ForEach(one.Drop))
                .SetPartitionsLostHandler((_, lost) => lost.ForEach(one.Drop))
                .Build();
            consumer.Subscribe(topic);
            while (!one.Stop.IsCancellationRequested)
                if (consumer.Consume(TimeSpan.FromMilliseconds(50)) is { } record)
                    seen.AddOrUpdate(record.Message.Value, 1, (_, times) => times + 1);
            consumer.Close();
        }

        private sealed class Running
        {
            public ConcurrentDictionary<int, bool> Owned { get; } = new();

            public CancellationTokenSource Stop { get; } = new();

            public Task Work { get; set; } = Task.CompletedTask;

            public int Assignments { get; set; }

            public void Drop(TopicPartitionOffset partition) => Owned.TryRemove(partition.Partition.Value, out _);
        }
    }
}
