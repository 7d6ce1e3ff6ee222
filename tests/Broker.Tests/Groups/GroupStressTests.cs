using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;

namespace StockPipeline.BrokerTests.Groups;

/// <summary>Many members on many threads at once.</summary>
public sealed class GroupStressTests
{
    private const int MembersPerGroup = 200;
    private const int GroupCount = 5;

    [Fact]
    public async Task A_thousand_members_in_five_groups_rebalance_side_by_side_without_an_error()
    {
        using var bench = new GroupBench();
        using var everybodyIsIn = new CountdownEvent(MembersPerGroup * GroupCount);

        var errors = await Task.WhenAll(Enumerable.Range(0, MembersPerGroup * GroupCount)
            .Select(number => Task.Run(() => LiveAsync(bench, $"group-{number % GroupCount}", everybodyIsIn))));

        Assert.All(errors, error => Assert.Equal(ErrorCode.None, error));
        Assert.All(bench.Groups.List(), group => Assert.Equal((GroupState.Stable, MembersPerGroup), (group.State, group.Members.Count)));
        Assert.Equal(GroupCount, bench.Groups.List().Count);
    }

    /// <summary>Joins and goes along with every rebalance until all members are in one stable generation.</summary>
    private static async Task<ErrorCode> LiveAsync(GroupBench bench, string groupId, CountdownEvent everybodyIsIn)
    {
        var memberId = "";
        while (true)
        {
            var joined = await bench.Groups.JoinAsync(GroupBench.Request(memberId) with { GroupId = groupId, MustKnowMemberId = true });
            memberId = joined.MemberId;
            if (joined.Error == ErrorCode.MemberIdRequired)
            {
                everybodyIsIn.Signal();
                continue;
            }
            if (joined.Error != ErrorCode.None)
                return joined.Error;
            var claim = GroupBench.Claim(joined);
            var synced = await bench.Groups.SyncAsync(
                new(groupId, claim, joined.Members.ToDictionary(member => member.MemberId, _ => new byte[] { 1 })));
            var error = synced.Error;
            while (error == ErrorCode.None)
            {
                if (everybodyIsIn.IsSet && bench.Groups.Describe(groupId) is { State: GroupState.Stable, Members.Count: MembersPerGroup })
                    return ErrorCode.None;
                await Task.Yield();
                error = bench.Groups.Heartbeat(groupId, claim);
            }
            if (error != ErrorCode.RebalanceInProgress)
                return error;
        }
    }
}
