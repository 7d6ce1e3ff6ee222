using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;

namespace StockPipeline.BrokerTests.Groups;

public sealed class JoinTests : IDisposable
{
    private readonly GroupBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_group_needs_a_name()
    {
        var joined = await bench.Groups.JoinAsync(GroupBench.Request() with { GroupId = "" });

        Assert.Equal(ErrorCode.InvalidGroupId, joined.Error);
    }

    [Theory]
    [InlineData(5_999, ErrorCode.InvalidSessionTimeout)]
    [InlineData(6_000, ErrorCode.None)]
    [InlineData(1_800_000, ErrorCode.None)]
    [InlineData(1_800_001, ErrorCode.InvalidSessionTimeout)]
    [InlineData(-1, ErrorCode.InvalidSessionTimeout)]
    internal async Task A_session_is_neither_too_short_nor_too_long(int sessionMs, ErrorCode expected) =>
        Assert.Equal(expected, (await bench.Groups.JoinAsync(GroupBench.Request() with { SessionTimeout = TimeSpan.FromMilliseconds(sessionMs) }))
            .Error);

    [Fact]
    public async Task An_unknown_group_knows_no_member_and_stays_unknown()
    {
        Assert.Equal(ErrorCode.UnknownMemberId, (await bench.Join("stranger")).Error);
        Assert.Equal("Dead", bench.State);
        Assert.Equal(0, bench.Groups.Count);
    }

    [Fact]
    public async Task A_newer_client_is_given_its_id_first_and_joins_with_it()
    {
        var given = await bench.Groups.JoinAsync(GroupBench.Request() with { MustKnowMemberId = true });
        var joined = await bench.Join(given.MemberId);

        Assert.Equal(ErrorCode.MemberIdRequired, given.Error);
        Assert.StartsWith("client-", given.MemberId, StringComparison.Ordinal);
        Assert.Equal((ErrorCode.None, given.MemberId, 1, "range"), (joined.Error, joined.MemberId, joined.Generation, joined.ProtocolName));
        Assert.Equal("CompletingRebalance", bench.State);
    }

    [Fact]
    public async Task An_id_nobody_came_back_with_is_forgotten_after_one_session()
    {
        var given = await bench.Groups.JoinAsync(GroupBench.Request() with { MustKnowMemberId = true });
        bench.Clock.Advance(GroupBench.Session);

        Assert.Equal(ErrorCode.UnknownMemberId, (await bench.Join(given.MemberId)).Error);
    }

    [Fact]
    public async Task A_rebalance_waits_for_ids_given_out_until_they_are_forgotten()
    {
        await bench.Groups.JoinAsync(GroupBench.Request() with { MustKnowMemberId = true });
        var joining = bench.Join();

        Assert.False(joining.IsCompleted);
        bench.Clock.Advance(GroupBench.Session);
        Assert.Equal(1, (await joining).Generation);
    }

    [Fact]
    public async Task A_given_id_can_be_handed_back()
    {
        var given = await bench.Groups.JoinAsync(GroupBench.Request() with { MustKnowMemberId = true });
        var joining = bench.Join();

        Assert.Equal(ErrorCode.None, bench.Leave(given.MemberId));
        Assert.Equal(1, (await joining).Generation);
    }

    [Fact]
    public async Task Only_the_leader_learns_who_the_members_are()
    {
        var members = await bench.Stable(3);

        Assert.Equal(members.Select(each => each.MemberId).Order(), members[0].Members.Select(each => each.MemberId).Order());
        Assert.All(members[0].Members, each => Assert.Equal(GroupBench.Subscription("t"), each.Metadata));
        Assert.All(members, each => Assert.Equal(members[0].MemberId, each.LeaderId));
        Assert.All(members[1..], each => Assert.Empty(each.Members));
        Assert.All(members, each => Assert.Equal(2, each.Generation));
    }

    [Theory]
    [InlineData("consumer", "range", ErrorCode.None)]
    [InlineData("consumer", "sticky", ErrorCode.InconsistentGroupProtocol)]
    [InlineData("connect", "range", ErrorCode.InconsistentGroupProtocol)]
    internal async Task A_newcomer_shares_type_and_a_strategy_with_everybody(string type, string protocol, ErrorCode expected)
    {
        await bench.Settle(bench.Join());

        var joining = bench.Groups.JoinAsync(GroupBench.Request(protocols: protocol) with { ProtocolType = type });

        Assert.Equal(expected == ErrorCode.None, !joining.IsCompleted);
        if (expected != ErrorCode.None)
            Assert.Equal(expected, (await joining).Error);
    }

    [Fact]
    public async Task A_strategy_some_members_support_is_not_enough()
    {
        var members = new[] { bench.Join(protocols: ["a", "common"]), bench.Join(protocols: ["b", "common"]) };
        _ = await members[0];

        Assert.Equal(ErrorCode.InconsistentGroupProtocol, (await bench.Join(protocols: ["a", "b"])).Error);
    }

    [Theory]
    [InlineData("", "range")]
    [InlineData("consumer")]
    public async Task A_group_does_not_begin_without_type_and_strategy(string type, params string[] protocols)
    {
        var request = GroupBench.Request() with { ProtocolType = type, Protocols = [.. protocols.Select(name => new MemberProtocol(name, []))] };

        Assert.Equal(ErrorCode.InconsistentGroupProtocol, (await bench.Groups.JoinAsync(request)).Error);
        Assert.Equal(0, bench.Groups.Count);
    }

    [Fact]
    public async Task The_first_choice_of_most_among_what_all_support_wins()
    {
        var first = bench.Join(protocols: ["x", "a", "b"]);
        var others = new[] { bench.Join(protocols: ["b", "a"]), bench.Join(protocols: ["b", "a"]) };
        var again = bench.Join((await first).MemberId, null, "x", "a", "b");

        Assert.Equal("b", (await again).ProtocolName);
        Assert.All(await Task.WhenAll(others), each => Assert.Equal("b", each.ProtocolName));
    }

    [Fact]
    public async Task A_follower_that_joins_unchanged_gets_the_same_generation_again()
    {
        var members = await bench.Stable(2);

        var again = await bench.Join(members[1].MemberId);

        Assert.Equal(members[1] with { Members = again.Members }, again);
        Assert.Equal("Stable", bench.State);
    }

    [Fact]
    public async Task A_lost_join_answer_can_be_asked_for_again_while_the_leader_assigns()
    {
        var first = await bench.Join();

        var again = await bench.Join(first.MemberId);

        Assert.Equal(first.Generation, again.Generation);
        Assert.Single(again.Members);
    }

    [Fact]
    public async Task A_leader_that_joins_again_starts_a_rebalance()
    {
        var members = await bench.Stable(2);

        var leader = bench.Join(members[0].MemberId);

        Assert.False(leader.IsCompleted);
        Assert.Equal(ErrorCode.RebalanceInProgress, bench.Heartbeat(members[1]));
    }

    [Fact]
    public async Task A_follower_that_changes_its_subscription_starts_a_rebalance()
    {
        var members = await bench.Stable(2);

        _ = bench.Groups.JoinAsync(GroupBench.Request(members[1].MemberId) with { Protocols = [new("range", GroupBench.Subscription("u"))] });

        Assert.Equal("PreparingRebalance", bench.State);
    }

    [Fact]
    public async Task A_changed_subscription_while_the_leader_assigns_starts_over()
    {
        var first = await bench.Join();

        var again = await bench.Groups.JoinAsync(GroupBench.Request(first.MemberId) with { Protocols = [new("range",
            GroupBench.Subscription("u"))] });

        Assert.Equal(2, again.Generation);
        Assert.Equal(GroupBench.Subscription("u"), again.Members[0].Metadata);
    }

    [Fact]
    public async Task The_second_join_of_a_waiting_member_takes_the_place_of_the_first()
    {
        var members = await bench.Stable(2);
        var first = bench.Join(members[0].MemberId);

        var second = bench.Join(members[0].MemberId);
        _ = bench.Join(members[1].MemberId);

        Assert.Equal(ErrorCode.RebalanceInProgress, (await first).Error);
        Assert.Equal(3, (await second).Generation);
    }

    [Fact]
    public async Task A_member_nobody_knows_cannot_join_a_living_group()
    {
        await bench.Stable(1);

        Assert.Equal(ErrorCode.UnknownMemberId, (await bench.Join("stranger")).Error);
        Assert.Equal(ErrorCode.UnknownMemberId, (await bench.Join("stranger", "stranger-instance")).Error);
    }
}
