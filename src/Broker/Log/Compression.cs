using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using K4os.Compression.LZ4;
using K4os.Compression.LZ4.Streams;
using Snappier;
using ZstdSharp;

namespace StockPipeline.Broker.Log;

/// <summary>How the records of a batch are compressed; the numbers are on the wire.</summary>
internal enum Codec
{
    None = 0,
    Gzip = 1,
    Snappy = 2,
    Lz4 = 3,
    Zstd = 4,
}

/// <summary>Compresses and inflates in the codecs of Kafka, as its clients do. Safe from any thread.</summary>
internal static class Compression
{
    /// <summary>What a batch may inflate to. A megabyte of gzip can hold a gigabyte of zeros; nobody sends that in good faith.</summary>
    public const int MaxInflatedBytes = 64 * 1024 * 1024;

    private const int FirstGuess = 64 * 1024;

    /// <summary>Java's clients put snappy into a frame: this, two numbers, then blocks with lengths in front. C's send one bare block.</summary>
    private static ReadOnlySpan<byte> SnappyFrame => [0x82, (byte)'S', (byte)'N', (byte)'A', (byte)'P', (byte)'P', (byte)'Y', 0];

    private const int SnappyFrameHeader = 16;

    /// <summary>Java's clients read blocks that do not refer to those before them, and no others.</summary>
    private static readonly LZ4EncoderSettings Lz4 = new() { ChainBlocks = false, BlockSize = 64 * 1024, CompressionLevel = LZ4Level.L00_FAST };

    public static byte[] Compress(Codec codec, ReadOnlySpan<byte> records)
    {
        if (codec == Codec.Snappy)
            return Snappy.CompressToArray(records);
        using var packed = new MemoryStream();
        using (Stream packing = codec switch
        {
            Codec.Gzip => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            Codec.Lz4 => LZ4Stream.Encode(packed, Lz4, leaveOpen: true),
            Codec.Zstd => new CompressionStream(packed, leaveOpen: true),
            _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, "Nothing is compressed in this codec."),
        })
        {
            packing.Write(records);
        }
        return packed.ToArray();
    }

    /// <summary>
    /// Inflates into an array of the pool, which the caller gives back; null when the bytes are not what the codec says, or past the limit.
    /// </summary>
    public static byte[]? TryInflate(Codec codec, ArraySegment<byte> packed, out int length)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Clamp(packed.Count * 4, FirstGuess, MaxInflatedBytes));
        var (isSound, filled) = (false, 0);
        try
        {
            isSound = codec == Codec.Snappy ? TryInflateSnappy(packed, ref buffer, ref filled) : TryInflate(codec, packed, ref buffer, ref filled);
        }
#pragma warning disable CA1031 // Hostile bytes make the libraries throw what they like; whatever it is, the bytes cannot be read.
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            isSound = false;
        }
#pragma warning restore CA1031
        length = filled;
        if (isSound)
            return buffer;
        ArrayPool<byte>.Shared.Return(buffer);
        return null;
    }

    private static bool TryInflate(Codec codec, ArraySegment<byte> packed, ref byte[] buffer, ref int filled)
    {
        using var source = new MemoryStream(packed.Array!, packed.Offset, packed.Count, writable: false);
        using Stream unpacking = codec switch
        {
            Codec.Gzip => new GZipStream(source, CompressionMode.Decompress),
            Codec.Lz4 => LZ4Stream.Decode(source),
            Codec.Zstd => new DecompressionStream(source),
            _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, "Nothing is inflated from this codec."),
        };
        filled = unpacking.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        while (filled == buffer.Length && filled < MaxInflatedBytes)
        {
            Grow(ref buffer, filled, filled * 2);
            filled += unpacking.ReadAtLeast(buffer.AsSpan(filled), buffer.Length - filled, throwOnEndOfStream: false);
        }
        return filled < buffer.Length;
    }

    private static bool TryInflateSnappy(ReadOnlySpan<byte> packed, ref byte[] buffer, ref int filled)
    {
        if (!packed.StartsWith(SnappyFrame))
            return TryAddBlock(packed, ref buffer, ref filled);
        for (packed = packed[SnappyFrameHeader..]; !packed.IsEmpty;)
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(packed);
            if (!TryAddBlock(packed.Slice(sizeof(int), size), ref buffer, ref filled))
                return false;
            packed = packed[(sizeof(int) + size)..];
        }
        return true;
    }

    private static bool TryAddBlock(ReadOnlySpan<byte> block, ref byte[] buffer, ref int filled)
    {
        var size = Snappy.GetUncompressedLength(block);
        if (size < 0 || size > MaxInflatedBytes - filled)
            return false;
        if (size > buffer.Length - filled)
            Grow(ref buffer, filled, filled + size);
        filled += Snappy.Decompress(block, buffer.AsSpan(filled));
        return true;
    }

    private static void Grow(ref byte[] buffer, int filled, int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(size);
        buffer.AsSpan(0, filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
