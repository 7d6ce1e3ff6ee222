using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;

namespace StockPipeline.BrokerTests.Groups;

public sealed class StaticMemberTests : IDisposable
{
    private readonly GroupBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_static_member_is_never_sent_back_for_an_id()
    {
        var joined = await bench.Groups.JoinAsync(GroupBench.Request(instance: "one") with { MustKnowMemberId = true });

        Assert.Equal(ErrorCode.None, joined.Error);
        Assert.StartsWith("one-", joined.MemberId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_within_the_session_changes_nothing_for_anybody()
    {
        var members = await bench.Stable(2, "one", "two");

        var back = await bench.Join(instance: "two");
        var synced = await bench.Sync(back);

        Assert.Equal((ErrorCode.None, 2), (back.Error, back.Generation));
        Assert.NotEqual(members[1].MemberId, back.MemberId);
        Assert.Equal([1], synced.Assignment);
        Assert.Equal("Stable", bench.State);
        Assert.Equal(ErrorCode.None, bench.Heartbeat(members[0]));
    }

    [Fact]
    public async Task The_old_id_of_a_restarted_member_is_fenced()
    {
        var members = await bench.Stable(1, "one");
        await bench.Join(instance: "one");

        Assert.Equal(ErrorCode.FencedInstanceId, bench.Groups.Heartbeat(GroupBench.GroupId, GroupBench.Claim(members[0], "one")));
        Assert.Equal(ErrorCode.FencedInstanceId, bench.Commit(GroupBench.Claim(members[0], "one")));
        var sync = new SyncRequest(GroupBench.GroupId, GroupBench.Claim(members[0], "one"), new Dictionary<string, byte[]>());
        Assert.Equal(ErrorCode.FencedInstanceId, (await bench.Groups.SyncAsync(sync)).Error);
        Assert.Equal(ErrorCode.FencedInstanceId, (await bench.Join(members[0].MemberId, "one")).Error);
        Assert.Equal(ErrorCode.FencedInstanceId, bench.Leave(members[0].MemberId, "one"));
        Assert.Equal(ErrorCode.UnknownMemberId, bench.Heartbeat(members[0]));
    }

    [Fact]
    public async Task Requests_the_old_id_waits_with_are_fenced()
    {
        var members = await bench.Stable(2, "one", "two");
        var waiting = bench.Join(members[0].MemberId, "one");

        var back = bench.Join(instance: "one");
        var other = bench.Join(members[1].MemberId, "two");

        Assert.Equal(ErrorCode.FencedInstanceId, (await waiting).Error);
        Assert.Equal(3, (await back).Generation);
        Assert.Equal(3, (await other).Generation);
    }

    [Fact]
    public async Task A_new_member_that_restarts_while_it_waits_for_its_first_generation_waits_on()
    {
        var members = await bench.Stable(1);
        var waiting = bench.Join(instance: "new");
        var back = bench.Join(instance: "new");

        bench.Clock.Advance(GroupBench.Session / 2);
        bench.Heartbeat(members[0]);
        bench.Clock.Advance(GroupBench.Session * 0.75);

        Assert.Equal(ErrorCode.FencedInstanceId, (await waiting).Error);
        Assert.False(back.IsCompleted);
        var leader = bench.Join(members[0].MemberId);
        Assert.Equal((await leader).Generation, (await back).Generation);
    }

    [Fact]
    public async Task A_returning_leader_of_an_older_client_reads_its_old_id_as_leader_and_does_not_assign()
    {
        var members = await bench.Stable(2, "one", "two");

        var back = await bench.Join(instance: "one");

        Assert.Equal(members[0].MemberId, back.LeaderId);
        Assert.Empty(back.Members);
        Assert.False(back.SkipAssignment);
    }

    [Fact]
    public async Task A_returning_leader_of_a_newer_client_sees_the_members_and_is_told_not_to_assign()
    {
        await bench.Stable(2, "one", "two");

        var back = await bench.Groups.JoinAsync(GroupBench.Request(instance: "one") with { CanSkipAssignment = true });
        var other = await bench.Groups.JoinAsync(GroupBench.Request(instance: "two") with { CanSkipAssignment = true });

        Assert.Equal((back.MemberId, true, 2), (back.LeaderId, back.SkipAssignment, back.Members.Count));
        Assert.Equal((back.MemberId, false, 0), (other.LeaderId, other.SkipAssignment, other.Members.Count));
    }

    [Fact]
    public async Task A_return_with_another_strategy_starts_a_rebalance_when_the_choice_changes()
    {
        var first = await bench.Join(instance: "one", protocols: ["range", "sticky"]);
        await bench.Sync(first, (first.MemberId, [1]));

        var back = await bench.Join(instance: "one", protocols: ["sticky", "range"]);

        Assert.Equal((2, "sticky"), (back.Generation, back.ProtocolName));
    }

    [Fact]
    public async Task A_return_while_the_leader_assigns_starts_over()
    {
        var members = new[] { bench.Join(instance: "one"), bench.Join(instance: "two") };
        var leader = await members[0];
        var again = bench.Join(leader.MemberId, "one");
        await Task.WhenAll(again, members[1]);

        var back = bench.Join(instance: "two");

        Assert.Equal("PreparingRebalance", bench.State);
        Assert.Equal(ErrorCode.RebalanceInProgress, (await bench.Sync(await again)).Error);
        Assert.False(back.IsCompleted);
    }

    [Fact]
    public async Task A_static_member_that_misses_a_rebalance_keeps_its_place_until_its_session_ends()
    {
        var members = await bench.Stable(2, "one");
        Task<Broker.Groups.JoinAnswer> rejoining = bench.Join(members[1].MemberId);
        Assert.True(rejoining.IsCompleted, "an unchanged follower stays in the generation");
        var newcomer = bench.Join();
        rejoining = bench.Join(members[1].MemberId);
        for (var waited = TimeSpan.Zero; waited < GroupBench.RebalanceTime; waited += GroupBench.Session / 2)
        {
            bench.Clock.Advance(GroupBench.Session / 2);
            bench.Heartbeat(members[0]);
        }

        var joined = new[] { await newcomer, await rejoining };

        Assert.All(joined, each => Assert.Equal(3, each.Generation));
        Assert.Equal(3, joined.Single(each => each.LeaderId == each.MemberId).Members.Count);
        Assert.Equal(ErrorCode.IllegalGeneration, bench.Heartbeat(members[0]));
        bench.Clock.Advance(GroupBench.Session);
        Assert.Equal(ErrorCode.UnknownMemberId, bench.Heartbeat(members[0]));
    }

    [Fact]
    public async Task An_administrator_removes_a_static_member_by_its_instance_alone()
    {
        await bench.Stable(2, "one", "two");

        Assert.Equal(ErrorCode.None, bench.Leave("", "two"));
        Assert.Equal(ErrorCode.UnknownMemberId, bench.Leave("", "two"));
        Assert.Equal("PreparingRebalance", bench.State);
    }

    [Fact]
    public async Task A_static_member_that_shuts_down_silently_costs_nobody_a_rebalance_within_its_session()
    {
        var members = await bench.Stable(2, "one", "two");
        bench.Clock.Advance(GroupBench.Session / 2);
        Assert.Equal(ErrorCode.None, bench.Heartbeat(members[0]));
        bench.Clock.Advance(GroupBench.Session / 2 - TimeSpan.FromMilliseconds(1));
        Assert.Equal(ErrorCode.None, bench.Heartbeat(members[0]));

        bench.Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(ErrorCode.RebalanceInProgress, bench.Heartbeat(members[0]));
    }
}
