using System.Buffers.Binary;
using System.Security.Cryptography;

namespace StockPipeline.Broker.Log;

/// <summary>
/// The last offset of every key of a compaction pass. Keys are kept as half of a cryptographic hash: two that collide would cost
/// somebody a record, and with this none do. One thread.
/// </summary>
internal sealed class KeyMap(int limit)
{
    private readonly Dictionary<UInt128, long> lastOffsets = [];

    public bool IsFull => lastOffsets.Count >= limit;

    public void Set(ReadOnlySpan<byte> key, long offset) => lastOffsets[Hash(key)] = offset;

    public bool HasNewer(ReadOnlySpan<byte> key, long offset) => lastOffsets.TryGetValue(Hash(key), out var last) && last > offset;

    private static UInt128 Hash(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
