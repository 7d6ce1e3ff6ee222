using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;

namespace StockPipeline.BrokerTests.Groups;

public sealed class GroupLimitTests
{
    private static readonly MemberClaim Nobody = new("", null, -1);

    [Fact]
    public async Task A_group_takes_as_many_members_as_allowed_and_not_one_more()
    {
        using var bench = new GroupBench(new GroupOptions { MaxGroupSize = 2 });
        var members = await bench.Stable(2);

        Assert.Equal(ErrorCode.GroupMaxSizeReached, (await bench.Join()).Error);
        Assert.Equal(ErrorCode.GroupMaxSizeReached, (await bench.Join(instance: "one")).Error);
        Assert.Equal("Stable", bench.State);
        bench.Leave(members[1].MemberId);
        Assert.False(bench.Join().IsCompleted);
    }

    [Fact]
    public async Task An_id_given_out_that_finds_the_group_full_holds_nobody_up()
    {
        using var bench = new GroupBench(new GroupOptions { MaxGroupSize = 1 });
        var given = await bench.Groups.JoinAsync(GroupBench.Request() with { MustKnowMemberId = true });
        var joining = bench.Join();

        Assert.Equal(ErrorCode.GroupMaxSizeReached, (await bench.Join(given.MemberId)).Error);
        Assert.Equal(1, (await joining).Generation);
    }

    [Fact]
    public async Task Ids_given_out_are_limited_like_members()
    {
        using var bench = new GroupBench(new GroupOptions { MaxGroupSize = 3 });
        var errors = new List<ErrorCode>();
        for (var i = 0; i < 4; i++)
            errors.Add((await bench.Groups.JoinAsync(GroupBench.Request() with { MustKnowMemberId = true })).Error);

        Assert.Equal([ErrorCode.MemberIdRequired, ErrorCode.MemberIdRequired, ErrorCode.MemberIdRequired, ErrorCode.GroupMaxSizeReached], errors);
    }

    [Fact]
    public async Task One_group_past_the_limit_is_refused_however_it_would_begin()
    {
        using var bench = new GroupBench(new GroupOptions { MaxGroups = 1 });
        Assert.Equal(ErrorCode.None, bench.Commit(Nobody));

        var second = GroupBench.Request() with { GroupId = "second" };
        Assert.Equal(ErrorCode.GroupMaxSizeReached, (await bench.Groups.JoinAsync(second)).Error);
        Assert.Equal(
            [ErrorCode.PolicyViolation],
            bench.Groups.Commit("second", Nobody, [(new("t", 0), new(1, -1, "", bench.Clock.GetUtcNow()))]));
        Assert.Equal(ErrorCode.None, (await bench.Join()).Error);
    }

    [Fact]
    public async Task Subscriptions_of_a_group_together_have_a_limit()
    {
        using var bench = new GroupBench(new GroupOptions { MaxGroupBytes = 100 });
        var request = GroupBench.Request() with { Protocols = [new("p", new byte[59])] };
        var first = await bench.Groups.JoinAsync(request);

        Assert.Equal(ErrorCode.GroupMaxSizeReached, (await bench.Groups.JoinAsync(request)).Error);
        Assert.False(bench.Groups.JoinAsync(request with { Protocols = [new("p", new byte[39])] }).IsCompleted);
        Assert.Equal(ErrorCode.InvalidRequest, (await bench.Groups.JoinAsync(request with { Protocols = [new("p", new byte[100])] })).Error);
        Assert.Equal(ErrorCode.None, first.Error);
    }

    [Fact]
    public async Task Assignments_of_a_group_together_have_a_limit()
    {
        using var bench = new GroupBench(new GroupOptions { MaxGroupBytes = 100 });
        var joined = await bench.Join();

        Assert.Equal(ErrorCode.InvalidRequest, (await bench.Sync(joined, (joined.MemberId, new byte[101]))).Error);
        Assert.Equal(ErrorCode.None, (await bench.Sync(joined, (joined.MemberId, new byte[100]))).Error);
    }

    [Theory]
    [InlineData(1024, ErrorCode.None)]
    [InlineData(1025, ErrorCode.InvalidGroupId)]
    internal async Task Names_have_a_limit(int length, ErrorCode expected)
    {
        using var bench = new GroupBench();
        var name = new string('n', length);

        Assert.Equal(expected, (await bench.Groups.JoinAsync(GroupBench.Request() with { GroupId = name })).Error);
        Assert.Equal([expected], bench.Groups.Commit(name[1..] + "x", Nobody, [(new("t", 0), new(1, -1, "", bench.Clock.GetUtcNow()))]));
        var wrong = expected == ErrorCode.None ? ErrorCode.None : ErrorCode.InvalidRequest;
        Assert.Equal(wrong, (await bench.Groups.JoinAsync(GroupBench.Request(instance: name) with { GroupId = "instance" })).Error);
        Assert.Equal(wrong, (await bench.Groups.JoinAsync(GroupBench.Request(protocols: name) with { GroupId = "protocol" })).Error);
    }

    [Fact]
    public async Task A_client_id_of_any_length_makes_an_id_of_bounded_length()
    {
        using var bench = new GroupBench();

        var joined = await bench.Groups.JoinAsync(GroupBench.Request() with { ClientId = new('c', 30_000) });

        Assert.InRange(joined.MemberId.Length, 256, 300);
    }

    [Fact]
    public async Task A_thousand_members_rebalance_in_one_round()
    {
        using var bench = new GroupBench();

        var members = await bench.Stable(1000);

        Assert.All(members, each => Assert.Equal((ErrorCode.None, 2), (each.Error, each.Generation)));
        Assert.Equal("Stable", bench.State);
        Assert.Equal(1000, bench.Groups.Describe(GroupBench.GroupId).Members.Select(member => member.MemberId).Distinct().Count());
    }
}
