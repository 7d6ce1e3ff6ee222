using System.Text;
using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Contracts.Keys;

/// <summary>
/// The partition of an instrument: Kafka's default hash (murmur2) over the FIGI alone. All records of an instrument therefore share one
/// partition number in all topics that have the same number of partitions.
/// </summary>
public static class FigiPartition
{
    public static int Of(Figi figi, int partitions) => Of(Encoding.UTF8.GetBytes(figi.Value), partitions);

    /// <summary>The partition of a key as it is written: that of its FIGI, which is what every key of the pipeline begins with.</summary>
    public static int Of(ReadOnlySpan<byte> key, int partitions)
    {
        if (partitions == 1)
            return 0;
        var end = key.IndexOf((byte)'/');
        return (Murmur2(end < 0 ? key : key[..end]) & 0x7fffffff) % partitions;
    }

    /// <summary>The hash of Kafka's Java client; the constants are its own.</summary>
    public static int Murmur2(ReadOnlySpan<byte> data)
    {
        const uint multiplier = 0x5bd1e995;
        const int shift = 24;
        unchecked
        {
            var hash = 0x9747b28c ^ (uint)data.Length;
            var rest = data;
            for (; rest.Length >= 4; rest = rest[4..])
            {
                var word = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(rest) * multiplier;
                word = (word ^ (word >> shift)) * multiplier;
                hash = (hash * multiplier) ^ word;
            }
            if (rest.Length == 3)
                hash ^= (uint)rest[2] << 16;
            if (rest.Length >= 2)
                hash ^= (uint)rest[1] << 8;
            if (rest.Length >= 1)
                hash = (hash ^ rest[0]) * multiplier;
            hash = (hash ^ (hash >> 13)) * multiplier;
            return (int)(hash ^ (hash >> 15));
        }
    }
}
