using StockPipeline.Contracts.Keys;

namespace StockPipeline.Streaming.Producing;

/// <summary>The partition of a key: that of its FIGI, which is what every key of the pipeline begins with.</summary>
public static class KeyPartition
{
    public static int Of(ReadOnlySpan<byte> key, int partitions) => FigiPartition.Of(key, partitions);
}
