using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>A member says that it lives, and learns whether a rebalance runs.</summary>
internal sealed class HeartbeatApi(GroupCoordinator groups) : IPromptApi
{
    public ApiRange Range => new(ApiKey.Heartbeat, 0, 4, FlexibleFrom: 4);

    public void Answer(WireReader request, WireWriter answer)
    {
        var groupId = request.ReadString();
        var claim = MemberClaim.Read(ref request, instanceSince: 3);
        request.SkipTags();

        answer.Since(1)?.WriteThrottleTime();
        answer.WriteError(groups.Heartbeat(groupId, claim));
    }
}
