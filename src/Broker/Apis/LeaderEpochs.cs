using StockPipeline.Broker.Log;
using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Apis;

/// <summary>The check that a client and the broker mean the same life of a partition.</summary>
internal static class LeaderEpochs
{
    private const int NotChecked = -1;

    public static ErrorCode Check(PartitionLog? log, int asked) => log switch
    {
        null => ErrorCode.UnknownTopicOrPartition,
        _ when asked <= NotChecked || asked == log.LeaderEpoch => ErrorCode.None,
        _ => asked < log.LeaderEpoch ? ErrorCode.FencedLeaderEpoch : ErrorCode.UnknownLeaderEpoch,
    };
}
