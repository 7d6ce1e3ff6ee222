using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace StockPipeline.Broker.Log;

/// <summary>The uncompressed records of one batch. Inflated bytes are rented: dispose to give them back.</summary>
internal ref struct BatchBody : IDisposable
{
    /// <summary>What a batch may inflate to. A megabyte of gzip can hold a gigabyte of zeros; nobody sends that in good faith.</summary>
    public const int MaxInflatedBytes = 64 * 1024 * 1024;

    private const int FirstGuess = 64 * 1024;

    private byte[]? rented;

    public ReadOnlySpan<byte> Records { get; private set; }

    public readonly RecordReader Read() => new(Records);

    /// <summary>False when the codec is not one that .NET reads, when the bytes are not what the codec says, or past the limit.</summary>
    public static bool TryOpen(ReadOnlyMemory<byte> batch, out BatchBody body)
    {
        body = default;
        switch (new RecordBatch(batch.Span).Codec)
        {
            case Codec.None:
                body.Records = batch.Span[RecordBatch.HeaderSize..];
                return true;
            case Codec.Gzip:
                return body.TryInflate(batch[RecordBatch.HeaderSize..]);
            default:
                return false;
        }
    }

    /// <summary>The counterpart of opening a gzip batch.</summary>
    public static byte[] Compress(ReadOnlySpan<byte> records)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(records);
        return packed.ToArray();
    }

    public void Dispose()
    {
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        rented = null;
        Records = default;
    }

    private bool TryInflate(ReadOnlyMemory<byte> packed)
    {
        if (!MemoryMarshal.TryGetArray(packed, out var source))
            source = packed.ToArray();
        using var gzip = new GZipStream(new MemoryStream(source.Array!, source.Offset, source.Count), CompressionMode.Decompress);
        rented = ArrayPool<byte>.Shared.Rent(Math.Clamp(packed.Length * 4, FirstGuess, MaxInflatedBytes));
        try
        {
            var filled = gzip.ReadAtLeast(rented, rented.Length, throwOnEndOfStream: false);
            while (filled == rented.Length && filled < MaxInflatedBytes)
            {
                Grow();
                filled += gzip.ReadAtLeast(rented.AsSpan(filled), rented.Length - filled, throwOnEndOfStream: false);
            }
            if (filled < rented.Length)
            {
                Records = rented.AsSpan(0, filled);
                return true;
            }
        }
        catch (InvalidDataException)
        {
            // Not gzip after all: the caller treats the batch as one it cannot read.
            Records = default;
        }
        Dispose();
        return false;
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(rented!.Length * 2);
        rented.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(rented);
        rented = larger;
    }
}
