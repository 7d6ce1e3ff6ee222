using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Wire;

namespace StockPipeline.Broker.Apis;

/// <summary>The cluster of one node.</summary>
internal sealed class DescribeClusterApi(BrokerAddress address) : IPromptApi
{
    private const sbyte Brokers = 1;

    public ApiRange Range => new(ApiKey.DescribeCluster, 0, 1, FlexibleFrom: 0);

    public void Answer(WireReader request, WireWriter answer)
    {
        var wantsOperations = request.ReadBool();
        var endpointType = request.Since(1) ? request.ReadInt8() : Brokers;
        request.SkipTags();

        var served = endpointType == Brokers;
        answer.WriteThrottleTime();
        answer.WriteError(served ? ErrorCode.None : ErrorCode.UnsupportedEndpointType);
        answer.WriteMessage(served ? null : $"This listener does not serve endpoint type {endpointType}.");
        answer.Since(1)?.WriteInt8(endpointType);
        answer.WriteString(served ? address.ClusterId : string.Empty);
        answer.WriteInt32(served ? BrokerAddress.NodeId : -1);
        if (served)
            answer.WriteBrokers(address, withRack: true);
        else
            answer.WriteLength(0);
        answer.WriteInt32(wantsOperations ? AuthorizedOperations.Cluster : AuthorizedOperations.NotAsked);
    }
}
