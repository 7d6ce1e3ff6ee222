using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;

namespace StockPipeline.BrokerTests.Groups;

public sealed class GroupAdminTests : IDisposable
{
    private readonly GroupBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void An_unknown_group_is_described_as_dead()
    {
        var group = bench.Groups.Describe("unknown");

        Assert.Equal(("unknown", GroupState.Dead, "", ""), (group.GroupId, group.State, group.ProtocolType, group.ProtocolName));
        Assert.Empty(bench.Groups.List());
    }

    [Fact]
    public async Task What_members_read_and_own_is_shown_only_while_the_group_is_stable()
    {
        var joined = await bench.Join();
        var before = bench.Groups.Describe(GroupBench.GroupId);
        await bench.Sync(joined, (joined.MemberId, [7]));
        var after = bench.Groups.Describe(GroupBench.GroupId);

        Assert.Equal(("consumer", ""), (before.ProtocolType, before.ProtocolName));
        Assert.Empty(Assert.Single(before.Members).Metadata);
        Assert.Equal(("consumer", "range"), (after.ProtocolType, after.ProtocolName));
        var member = Assert.Single(after.Members);
        Assert.Equal((joined.MemberId, "client", "/127.0.0.1"), (member.MemberId, member.ClientId, member.ClientHost));
        Assert.Equal(GroupBench.Subscription("t"), member.Metadata);
        Assert.Equal([7], member.Assignment);
    }

    [Fact]
    public async Task Only_an_empty_group_can_be_deleted_and_it_takes_its_offsets_along()
    {
        Assert.Equal(ErrorCode.GroupIdNotFound, bench.Groups.Delete(GroupBench.GroupId));
        var joined = (await bench.Stable(1))[0];
        bench.Commit(GroupBench.Claim(joined));
        Assert.Equal(ErrorCode.NonEmptyGroup, bench.Groups.Delete(GroupBench.GroupId));

        bench.Leave(joined.MemberId);

        Assert.Equal(ErrorCode.None, bench.Groups.Delete(GroupBench.GroupId));
        Assert.Equal("Dead", bench.State);
        bench.Restart();
        Assert.Equal(0, bench.Groups.Count);
        Assert.Null(bench.Groups.Committed(GroupBench.GroupId).GetValueOrDefault(new("t", 0)));
    }

    [Fact]
    public async Task A_group_deleted_and_begun_again_knows_nothing_of_its_past()
    {
        var joined = (await bench.Stable(1))[0];
        bench.Leave(joined.MemberId);
        bench.Groups.Delete(GroupBench.GroupId);

        Assert.Equal(1, (await bench.Join()).Generation);
    }

    [Fact]
    public async Task An_empty_group_without_offsets_goes_at_the_next_check()
    {
        var joined = (await bench.Stable(1))[0];
        bench.Leave(joined.MemberId);
        Assert.Equal("Empty", bench.State);

        bench.Clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal("Dead", bench.State);
    }
}
