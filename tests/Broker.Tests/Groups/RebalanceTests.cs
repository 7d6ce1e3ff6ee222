using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;

namespace StockPipeline.BrokerTests.Groups;

public sealed class RebalanceTests : IDisposable
{
    private GroupBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Every_member_gets_exactly_the_bytes_the_leader_wrote()
    {
        var members = new[] { bench.Join(), bench.Join() };
        var leader = await members[0];
        members[0] = bench.Join(leader.MemberId);
        var joined = await Task.WhenAll(members);

        var waiting = bench.Sync(joined[1]);
        Assert.False(waiting.IsCompleted);
        var own = await bench.Sync(joined[0], (joined[0].MemberId, [1, 2, 3]), (joined[1].MemberId, [4]), ("stranger", [5]));

        Assert.Equal([1, 2, 3], own.Assignment);
        Assert.Equal([4], (await waiting).Assignment);
        Assert.Equal([4], (await bench.Sync(joined[1])).Assignment);
        Assert.Equal("Stable", bench.State);
    }

    [Fact]
    public async Task A_member_the_leader_left_out_gets_empty_bytes()
    {
        var joined = await bench.Join();

        Assert.Empty((await bench.Sync(joined)).Assignment);
    }

    [Fact]
    public async Task Sync_refuses_in_Kafkas_order()
    {
        Assert.Equal(ErrorCode.UnknownMemberId, (await bench.Sync(new(ErrorCode.None, "nobody"))).Error);
        var joined = await bench.Join();

        Assert.Equal(ErrorCode.UnknownMemberId, (await bench.Sync(joined with { MemberId = "nobody", Generation = 99 })).Error);
        Assert.Equal(ErrorCode.IllegalGeneration, (await bench.Sync(joined with { Generation = 0 })).Error);
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, (await SyncAs(joined, "connect", null)).Error);
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, (await SyncAs(joined, "consumer", "sticky")).Error);
        Assert.Equal(ErrorCode.None, (await SyncAs(joined, "consumer", "range")).Error);
        _ = bench.Join();
        Assert.Equal(ErrorCode.RebalanceInProgress, (await bench.Sync(joined)).Error);
    }

    [Fact]
    public async Task A_newcomer_sends_those_who_wait_for_assignments_back_to_joining()
    {
        var members = new[] { bench.Join(), bench.Join() };
        members[0] = bench.Join((await members[0]).MemberId);
        var joined = await Task.WhenAll(members);
        var waiting = bench.Sync(joined[1]);

        _ = bench.Join();

        Assert.Equal(ErrorCode.RebalanceInProgress, (await waiting).Error);
        Assert.Equal("PreparingRebalance", bench.State);
    }

    [Fact]
    public async Task A_member_that_does_not_join_again_is_dropped_when_the_rebalance_time_is_up()
    {
        var members = await bench.Stable(2);
        var newcomer = bench.Join();
        var back = bench.Join(members[0].MemberId);
        for (var waited = TimeSpan.Zero; waited < GroupBench.RebalanceTime; waited += TimeSpan.FromSeconds(5))
        {
            Assert.False(back.IsCompleted);
            Assert.Equal(ErrorCode.RebalanceInProgress, bench.Heartbeat(members[1]));
            bench.Clock.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(3, (await back).Generation);
        Assert.Equal(3, (await newcomer).Generation);
        Assert.Equal(ErrorCode.UnknownMemberId, bench.Heartbeat(members[1]));
    }

    [Fact]
    public async Task A_rebalance_takes_as_long_as_the_slowest_member_asks_for_even_one_that_came_during_it()
    {
        var members = await bench.Stable(2);
        var quick = bench.Join(members[0].MemberId);
        var slow = bench.Groups.JoinAsync(GroupBench.Request() with { RebalanceTimeout = GroupBench.RebalanceTime * 2 });
        for (var waited = TimeSpan.Zero; waited < GroupBench.RebalanceTime * 2; waited += TimeSpan.FromSeconds(5))
        {
            Assert.False(quick.IsCompleted);
            bench.Heartbeat(members[1]);
            bench.Clock.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(3, (await quick).Generation);
        Assert.Equal(3, (await slow).Generation);
    }

    [Fact]
    public async Task Another_member_leads_when_the_leader_does_not_join_again()
    {
        var members = await bench.Stable(2);
        var back = bench.Join(members[1].MemberId, null, "range", "other");
        bench.Clock.Advance(GroupBench.Session);

        var joined = await back;

        Assert.Equal(joined.MemberId, joined.LeaderId);
        Assert.Single(joined.Members);
    }

    [Fact]
    public async Task Who_does_not_fetch_its_assignment_in_time_is_removed()
    {
        var members = new[] { bench.Join(), bench.Join() };
        members[0] = bench.Join((await members[0]).MemberId);
        var joined = await Task.WhenAll(members);
        await bench.Sync(joined[0]);
        for (var waited = TimeSpan.Zero; waited < GroupBench.RebalanceTime; waited += TimeSpan.FromSeconds(5))
        {
            Assert.Equal(ErrorCode.None, bench.Heartbeat(joined[0]));
            Assert.Equal(ErrorCode.None, bench.Heartbeat(joined[1]));
            bench.Clock.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(ErrorCode.RebalanceInProgress, bench.Heartbeat(joined[0]));
        Assert.Equal(ErrorCode.UnknownMemberId, bench.Heartbeat(joined[1]));
    }

    [Fact]
    public async Task A_leader_that_dies_before_assigning_starts_a_rebalance_for_those_who_wait()
    {
        var members = new[] { bench.Join(), bench.Join() };
        members[0] = bench.Join((await members[0]).MemberId);
        var joined = await Task.WhenAll(members);
        var waiting = bench.Sync(joined[1]);

        bench.Clock.Advance(GroupBench.Session);

        Assert.Equal(ErrorCode.RebalanceInProgress, (await waiting).Error);
        Assert.Equal(3, (await bench.Join(joined[1].MemberId)).Generation);
    }

    [Fact]
    public async Task Waiting_for_the_assignment_is_as_good_as_a_heartbeat()
    {
        var members = new[] { bench.Join(), bench.Join() };
        members[0] = bench.Join((await members[0]).MemberId);
        var joined = await Task.WhenAll(members);
        var waiting = bench.Sync(joined[1]);
        for (var i = 0; i < 4; i++)
        {
            bench.Clock.Advance(GroupBench.Session - TimeSpan.FromMilliseconds(1));
            Assert.Equal(ErrorCode.None, bench.Heartbeat(joined[0]));
        }

        await bench.Sync(joined[0], (joined[1].MemberId, [9]));

        Assert.Equal([9], (await waiting).Assignment);
        bench.Clock.Advance(GroupBench.Session - TimeSpan.FromMilliseconds(1));
        Assert.Equal(ErrorCode.None, bench.Heartbeat(joined[1]));
    }

    [Fact]
    public async Task A_new_member_that_waits_too_long_for_its_first_generation_is_dropped()
    {
        var members = await bench.Stable(1);
        var patient = GroupBench.Request() with { RebalanceTimeout = TimeSpan.FromMinutes(20) };
        var newcomer = bench.Groups.JoinAsync(patient);
        for (var waited = TimeSpan.Zero; waited < TimeSpan.FromMinutes(5); waited += TimeSpan.FromSeconds(5))
        {
            Assert.False(newcomer.IsCompleted);
            bench.Heartbeat(members[0]);
            bench.Clock.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(ErrorCode.UnknownMemberId, (await newcomer).Error);
    }

    [Fact]
    public async Task A_silent_member_is_gone_after_its_session_and_a_heard_one_is_not()
    {
        var members = await bench.Stable(2);
        for (var i = 0; i < 3; i++)
        {
            bench.Clock.Advance(GroupBench.Session / 2);
            bench.Heartbeat(members[0]);
        }

        Assert.Equal(ErrorCode.RebalanceInProgress, bench.Heartbeat(members[0]));
        Assert.Equal(ErrorCode.UnknownMemberId, bench.Heartbeat(members[1]));
    }

    [Fact]
    public async Task A_commit_is_as_good_as_a_heartbeat()
    {
        var members = await bench.Stable(1);
        for (var i = 0; i < 5; i++)
        {
            bench.Clock.Advance(GroupBench.Session - TimeSpan.FromMilliseconds(1));
            Assert.Equal(ErrorCode.None, bench.Commit(GroupBench.Claim(members[0])));
        }
    }

    [Fact]
    public async Task Heartbeat_refuses_in_Kafkas_order()
    {
        Assert.Equal(ErrorCode.InvalidGroupId, bench.Groups.Heartbeat("", new("m", null, 1)));
        Assert.Equal(ErrorCode.UnknownMemberId, bench.Groups.Heartbeat("unknown", new("m", null, 1)));
        var joined = (await bench.Stable(1))[0];

        Assert.Equal(ErrorCode.None, bench.Heartbeat(joined));
        Assert.Equal(ErrorCode.UnknownMemberId, bench.Heartbeat(joined with { MemberId = "m" }));
        Assert.Equal(ErrorCode.UnknownMemberId, bench.Groups.Heartbeat(GroupBench.GroupId, GroupBench.Claim(joined, "instance")));
        Assert.Equal(ErrorCode.IllegalGeneration, bench.Heartbeat(joined with { Generation = 7 }));
        bench.Leave(joined.MemberId);
        Assert.Equal(ErrorCode.UnknownMemberId, bench.Heartbeat(joined));
    }

    [Fact]
    public async Task The_last_one_to_leave_ends_the_generation_and_empties_the_group()
    {
        var members = await bench.Stable(2);

        Assert.Equal(ErrorCode.None, bench.Leave(members[0].MemberId));
        Assert.Equal(ErrorCode.UnknownMemberId, bench.Leave(members[0].MemberId));
        Assert.Equal("PreparingRebalance", bench.State);
        Assert.Equal(ErrorCode.None, bench.Leave(members[1].MemberId));
        Assert.Equal("Empty", bench.State);
        Assert.Equal(4, (await bench.Join()).Generation);
    }

    [Fact]
    public async Task A_waiting_join_of_a_member_that_leaves_is_told_so()
    {
        var members = await bench.Stable(2);
        var waiting = bench.Join(members[0].MemberId);

        bench.Leave(members[0].MemberId);

        Assert.Equal(ErrorCode.UnknownMemberId, (await waiting).Error);
    }

    [Fact]
    public async Task Leaving_during_a_rebalance_completes_it()
    {
        var members = await bench.Stable(2);
        var back = bench.Join(members[0].MemberId);

        bench.Leave(members[1].MemberId);

        Assert.Equal(3, (await back).Generation);
    }

    [Fact]
    public void Leaving_an_unknown_group_is_answered_per_member()
    {
        var (error, results) = bench.Groups.Leave("unknown", [new("a", null), new("b", "c")]);

        Assert.Equal(ErrorCode.None, error);
        Assert.Equal([ErrorCode.UnknownMemberId, ErrorCode.UnknownMemberId], results);
    }

    [Fact]
    public async Task Whoever_waits_when_the_broker_stops_is_told_to_look_again()
    {
        var members = await bench.Stable(2);
        var waiting = bench.Join(members[0].MemberId);

        bench.Restart();

        Assert.Equal(ErrorCode.CoordinatorNotAvailable, (await waiting).Error);
    }

    private Task<SyncAnswer> SyncAs(JoinAnswer joined, string type, string? name) =>
        bench.Groups.SyncAsync(new(GroupBench.GroupId, GroupBench.Claim(joined), new Dictionary<string, byte[]>(), type, name));
}
