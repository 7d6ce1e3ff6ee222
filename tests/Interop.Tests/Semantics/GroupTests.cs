using Confluent.Kafka;
using StockPipeline.InteropTests.Support;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.InteropTests.Semantics;

/// <summary>What the members of consumer groups see: the same of our broker and of Apache Kafka.</summary>
public sealed class GroupTests(Brokers brokers) : IClassFixture<Brokers>
{
    private const int Partitions = 4;

    public static TheoryData<KafkaKind, PartitionAssignmentStrategy> Strategies
    {
        get
        {
            var cases = new TheoryData<KafkaKind, PartitionAssignmentStrategy>();
            foreach (var kind in Brokers.UnderTest)
            {
                cases.Add(kind, PartitionAssignmentStrategy.Range);
                cases.Add(kind, PartitionAssignmentStrategy.CooperativeSticky);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Members_that_come_and_go_share_all_partitions_and_read_every_record_once(KafkaKind kind, PartitionAssignmentStrategy strategy)
    {
        var desk = await brokers.DeskAsync(kind);
        var topic = await desk.TopicAsync(Partitions);
        var group = desk.Named("group");
        var everything = Enumerable.Range(0, 3 * Partitions).Select(number => $"{number}").ToList();
        var read = new List<string>();
        using var first = new GroupMember(desk, group, topic, config => config.PartitionAssignmentStrategy = strategy);
        await Eventually.SeeAsync(() => first.Poll(read), share => share == Partitions);
        await FillAsync(everything[..Partitions]);
        // Who rebalances eagerly loses its partitions with what it has not committed: the newcomer comes when all is.
        await Eventually.SeeAsync(() => (first.Poll(read), read.Count), seen => seen.Count == Partitions);

        using (var second = new GroupMember(desk, group, topic, config => config.PartitionAssignmentStrategy = strategy))
        {
            await Eventually.SeeAsync(() => (first.Poll(read), second.Poll(read)), shares => shares == (2, 2));
            await FillAsync(everything[Partitions..(2 * Partitions)]);
            await Eventually.SeeAsync(() => (first.Poll(read), second.Poll(read), read.Count), seen => seen.Count == 2 * Partitions);
            second.Leave();
        }
        await Eventually.SeeAsync(() => first.Poll(read), share => share == Partitions);
        await FillAsync(everything[(2 * Partitions)..]);
        await Eventually.SeeAsync(() => (first.Poll(read), read.Count), seen => seen.Count == everything.Count);

        Assert.Equal(everything.Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));
        // Who rebalances eagerly gives up everything for the newcomer, who rebalances in steps only what the newcomer gets.
        Assert.Equal(strategy == PartitionAssignmentStrategy.Range ? Partitions : Partitions / 2, first.FirstLoss);

        async Task FillAsync(List<string> values)
        {
            for (var partition = 0; partition < Partitions; partition++)
                await desk.FillAsync(topic, [values[partition]], partition);
        }
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_static_member_comes_back_to_its_partitions_and_nobody_notices(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        var topic = await desk.TopicAsync(2);
        var group = desk.Named("static");
        using var stays = new GroupMember(desk, group, topic, config => config.GroupInstanceId = "stays");
        var goes = new GroupMember(desk, group, topic, config => config.GroupInstanceId = "goes");
        await Eventually.SeeAsync(() => (stays.Poll(), goes.Poll()), shares => shares == (1, 1));
        var (owned, assignments) = (goes.Assignment, stays.Assignments);

        // Its place waits for it as long as its session.
        goes.Dispose();
        using var back = new GroupMember(desk, group, topic, config => config.GroupInstanceId = "goes");
        await Eventually.SeeAsync(() => (stays.Poll(), back.Poll()), shares => shares == (1, 1));

        Assert.Equal(owned, back.Assignment);
        Assert.Equal(assignments, stays.Assignments);
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Of_two_members_with_one_instance_id_the_older_is_fenced(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        var topic = await desk.TopicAsync();
        var group = desk.Named("fenced");
        using var older = new GroupMember(desk, group, topic, config => config.GroupInstanceId = "one");
        await Eventually.SeeAsync(() => older.Poll(), share => share == 1);

        using var newer = new GroupMember(desk, group, topic, config => config.GroupInstanceId = "one");
        await Eventually.SeeAsync(() => newer.Poll(), share => share == 1);

        var fenced = await Eventually.SeeAsync(() => older.Failure(), failure => failure is not null);
        Assert.Equal((ErrorCode.FencedInstanceId, true), (fenced!.Error.Code, fenced.Error.IsFatal));
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_member_that_dies_is_replaced_when_its_session_is_over(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        var topic = await desk.TopicAsync(2);
        var group = desk.Named("died");
        using var survivor = new GroupMember(desk, group, topic);
        var mortal = new GroupMember(desk, group, topic, config => config.SessionTimeoutMs = 6_000);
        await Eventually.SeeAsync(() => (survivor.Poll(), mortal.Poll()), shares => shares == (1, 1));

        var died = TimeProvider.System.GetTimestamp();
        mortal.Dispose();
        await Eventually.SeeAsync(() => survivor.Poll(), share => share == 2);

        // Its last heartbeat may be a moment old by then; one that says goodbye is replaced at once.
        Assert.True(TimeProvider.System.GetElapsedTime(died) > TimeSpan.FromSeconds(3), "nobody waited for its session to be over");
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_member_that_speaks_none_of_the_groups_protocols_is_refused(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        var topic = await desk.TopicAsync();
        var group = desk.Named("protocols");
        using var settled = new GroupMember(desk, group, topic, config => config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.Range);
        await Eventually.SeeAsync(() => settled.Poll(), share => share == 1);

        using var stranger = new GroupMember(
            desk, group, topic, config => config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky);

        var refused = await Eventually.SeeAsync(() => stranger.Failure(), failure => failure is not null);
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, refused!.Error.Code);
    }

    [Theory]
    [MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_group_goes_on_from_what_it_committed(KafkaKind kind)
    {
        var desk = await brokers.DeskAsync(kind);
        var topic = await desk.TopicAsync();
        await desk.FillAsync(topic, Enumerable.Range(0, 5).Select(number => $"{number}"));
        var group = desk.Named("committed");
        var partition = new TopicPartition(topic, 0);
        using (var consumer = desk.Consumer(group))
        {
            Assert.Equal(Offset.Unset, Assert.Single(consumer.Committed([partition], Desk.Patience)).Offset);
            consumer.Subscribe(topic);
            Desk.Next(consumer);
            consumer.Commit(Desk.Next(consumer));
            Assert.Equal(2, Assert.Single(consumer.Committed([partition], Desk.Patience)).Offset.Value);
            consumer.Close();
        }

        using var next = desk.Consumer(group);
        next.Subscribe(topic);
        Assert.Equal("2", Desk.Next(next).Message.Value);
        next.Commit([new TopicPartitionOffset(partition, 1)]);
        Assert.Equal(1, Assert.Single(next.Committed([partition], Desk.Patience)).Offset.Value);
        next.Close();
    }
}
