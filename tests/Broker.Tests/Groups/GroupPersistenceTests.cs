using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.BrokerTests.Groups;

public sealed class GroupPersistenceTests(ITestOutputHelper output) : IDisposable
{
    private readonly GroupBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_short_death_of_the_broker_goes_unnoticed_by_members()
    {
        var members = await bench.Stable(3, "one");

        bench.Crash();

        Assert.All(members, each => Assert.Equal(ErrorCode.None, bench.Heartbeat(each)));
        Assert.Equal([1], (await bench.Sync(members[1])).Assignment);
        Assert.Equal("Stable", bench.State);
        var back = await bench.Join(instance: "one");
        Assert.Equal((ErrorCode.None, 2), (back.Error, back.Generation));
    }

    [Fact]
    public async Task Members_that_do_not_come_back_after_a_death_of_the_broker_time_out()
    {
        var members = await bench.Stable(2);
        bench.Crash();
        bench.Clock.Advance(GroupBench.Session / 2);
        Assert.Equal(ErrorCode.None, bench.Heartbeat(members[0]));

        bench.Clock.Advance(GroupBench.Session / 2);

        Assert.Equal(ErrorCode.RebalanceInProgress, bench.Heartbeat(members[0]));
        Assert.Equal(ErrorCode.UnknownMemberId, bench.Heartbeat(members[1]));
    }

    [Fact]
    public async Task Half_a_rebalance_is_never_saved_as_a_stable_group()
    {
        var members = await bench.Stable(2);
        bench.Leave(members[1].MemberId);
        var joined = await bench.Join(members[0].MemberId);

        bench.Crash();

        Assert.Equal(ErrorCode.IllegalGeneration, bench.Heartbeat(joined));
        Assert.Equal(2, bench.Groups.Describe(GroupBench.GroupId).Members.Count);
        var rejoining = bench.Join(joined.MemberId);
        bench.Clock.Advance(GroupBench.Session);
        Assert.Equal(ErrorCode.None, (await rejoining).Error);
        Assert.Single(bench.Groups.Describe(GroupBench.GroupId).Members);
    }

    [Fact]
    public async Task A_replaced_static_member_is_still_the_member_after_a_death_of_the_broker()
    {
        await bench.Stable(1, "one");
        var back = await bench.Join(instance: "one");

        bench.Crash();

        Assert.Equal(ErrorCode.None, bench.Heartbeat(back));
        Assert.Equal([0], (await bench.Sync(back)).Assignment);
    }

    [Fact]
    public async Task An_empty_group_remembers_its_generation()
    {
        var members = await bench.Stable(1);
        bench.Leave(members[0].MemberId);

        bench.Crash();

        Assert.Equal("Empty", bench.State);
        Assert.Equal("consumer", bench.Groups.Describe(GroupBench.GroupId).ProtocolType);
        Assert.Equal(3, (await bench.Join()).Generation);
    }

    [Theory]
    [InlineData("g")]
    [InlineData("a/b/c")]
    [InlineData("")]
    [InlineData("Свечи|o/1/t/x")]
    public void Offsets_of_any_group_name_are_found_again(string groupId)
    {
        var at = bench.Clock.GetUtcNow();
        var commit = new CommittedOffset(5, 3, "note", at, at.AddDays(1));
        Assert.Equal([ErrorCode.None], bench.Groups.Commit(groupId, new("", null, -1), [(new("t", 1), commit)]));

        bench.Crash();

        Assert.Equal(commit, bench.Groups.Committed(groupId).GetValueOrDefault(new("t", 1)));
    }

    [Fact]
    public void Whatever_was_acknowledged_before_a_kill_at_any_byte_is_there_afterwards()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        var acknowledged = new List<(long Bytes, Dictionary<TopicSlot, long> Offsets)>();
        var current = new Dictionary<TopicSlot, long>();
        for (var i = 0; i < 300; i++)
        {
            var slot = new TopicSlot(random.Next(2) == 0 ? "t" : "u", random.Next(3));
            Assert.Equal(ErrorCode.None, bench.Commit(new("", null, -1), slot.Topic, slot.Partition, i));
            current[slot] = i;
            acknowledged.Add((new FileInfo(bench.JournalPath).Length, new(current)));
        }

        foreach (var _ in Enumerable.Range(0, 30))
        {
            var bytes = random.NextInt64(acknowledged[^1].Bytes + 1);
            bench.Crash(file =>
            {
                using var stream = File.OpenWrite(file);
                stream.SetLength(Math.Min(bytes, stream.Length));
            });
            var expected = acknowledged.LastOrDefault(each => each.Bytes <= bytes).Offsets ?? [];
            Assert.Equal(expected.Order(BySlot), bench.Groups.Committed(GroupBench.GroupId)
                .Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Offset)).Order(BySlot));
            acknowledged.RemoveAll(each => each.Bytes > bytes);
            if (acknowledged.Count == 0)
                break;
        }
    }

    [Fact]
    public async Task A_disk_that_refuses_is_told_to_the_client_and_nothing_is_handed_out()
    {
        var members = await bench.Stable(1);
        bench.Commit(GroupBench.Claim(members[0]), offset: 1);
        var again = await bench.Join(members[0].MemberId);
        bench.Disk.LimitWrite = (_, bytes) => bytes / 2;

        Assert.Equal(ErrorCode.CoordinatorNotAvailable, (await bench.Sync(again, (again.MemberId, [9]))).Error);
        Assert.Equal("PreparingRebalance", bench.State);
        Assert.Equal(ErrorCode.CoordinatorNotAvailable, bench.Commit(GroupBench.Claim(again), offset: 2));
        Assert.Equal(1, bench.Groups.Committed(GroupBench.GroupId).GetValueOrDefault(new("t", 0))!.Offset);
        bench.Disk.LimitWrite = (_, _) => null;
        Assert.Equal(ErrorCode.None, bench.Commit(GroupBench.Claim(again), offset: 3));
        bench.Crash();
        Assert.Equal(3, bench.Groups.Committed(GroupBench.GroupId).GetValueOrDefault(new("t", 0))!.Offset);
    }

    private static Comparer<KeyValuePair<TopicSlot, long>> BySlot { get; } =
        Comparer<KeyValuePair<TopicSlot, long>>.Create((left, right) =>
            string.CompareOrdinal($"{left.Key.Topic}{left.Key.Partition}", $"{right.Key.Topic}{right.Key.Partition}"));
}
