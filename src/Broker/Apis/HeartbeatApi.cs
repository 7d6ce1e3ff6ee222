using StockPipeline.Broker.Groups;
using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>A member says that it lives, and learns whether a rebalance runs.</summary>
internal sealed class HeartbeatApi(GroupCoordinator groups) : IApi
{
    public ApiRange Range => new(ApiKey.Heartbeat, 0, 4, FlexibleFrom: 4);

    public ValueTask AnswerAsync(ApiRequest request, WireWriter answer, CancellationToken cancel)
    {
        var reader = request.Reader();
        var groupId = reader.ReadString();
        var generation = reader.ReadInt32();
        var memberId = reader.ReadString();
        var instanceId = request.Version >= 3 ? reader.ReadNullableString() : null;
        reader.SkipTags();

        if (request.Version >= 1)
            answer.WriteThrottleTime();
        answer.WriteError(groups.Heartbeat(groupId, new(memberId, instanceId, generation)));
        answer.WriteTags();
        return ValueTask.CompletedTask;
    }
}
