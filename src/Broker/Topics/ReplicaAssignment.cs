using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Topics;

/// <summary>Checks replica lists that a client gives by hand: with one broker there is only one that fits.</summary>
internal static class ReplicaAssignment
{
    /// <summary>The partitions must be 0 to n-1, in any order.</summary>
    public static void Check(IReadOnlyCollection<(int Partition, int[] Brokers)> assignments)
    {
        if (!assignments.Select(one => one.Partition).Order().SequenceEqual(Enumerable.Range(0, assignments.Count)))
        {
            throw new RefusedException(
                ErrorCode.InvalidReplicaAssignment, "partitions should be a consecutive 0-based integer sequence");
        }
        foreach (var (partition, brokers) in assignments)
            Check(partition, brokers);
    }

    public static void Check(int partition, int[] brokers)
    {
        if (brokers is not [BrokerAddress.NodeId])
        {
            throw new RefusedException(ErrorCode.InvalidReplicaAssignment,
                $"The manual partition assignment of partition {partition} must name broker {BrokerAddress.NodeId} and no other.");
        }
    }
}
