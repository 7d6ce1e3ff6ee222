using StockPipeline.Contracts.Keys;

namespace StockPipeline.Streaming.Producing;

/// <summary>The partition of a key: that of its FIGI, which is what every key of the pipeline begins with.</summary>
public static class KeyPartition
{
    public static int Of(ReadOnlySpan<byte> key, int partitions)
    {
        if (partitions == 1)
            return 0;
        var end = key.IndexOf((byte)'/');
        return (FigiPartition.Murmur2(end < 0 ? key : key[..end]) & 0x7fffffff) % partitions;
    }
}
