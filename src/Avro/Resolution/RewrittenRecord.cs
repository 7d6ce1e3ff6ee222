using System.Buffers;

namespace StockPipeline.Avro.Resolution;

/// <summary>A record as the reader's schema writes it, in a buffer that goes back to the pool on disposal.</summary>
public readonly ref struct RewrittenRecord
{
    private readonly byte[] buffer;
    private readonly int length;

    internal RewrittenRecord(byte[] buffer, int length)
    {
        this.buffer = buffer;
        this.length = length;
    }

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
}
