using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace StockPipeline.CatalogApi.Storing;

/// <summary>The keys that a reading has seen, in eight bytes each: enough to find rows that nothing stands behind any more.</summary>
internal sealed class KeySums
{
    private readonly HashSet<ulong> sums = [];

    public IReadOnlySet<ulong> All => sums;

    public void See(byte[] key) => sums.Add(Of(key));

    public void Forget(byte[] key) => sums.Remove(Of(key));

    public static ulong Of(string key) => Of(Encoding.UTF8.GetBytes(key));

    private static ulong Of(byte[] key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }
}
