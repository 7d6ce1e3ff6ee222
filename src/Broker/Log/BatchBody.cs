using System.Buffers;
using System.Runtime.InteropServices;

namespace StockPipeline.Broker.Log;

/// <summary>The uncompressed records of one batch. Inflated bytes are rented: dispose to give them back.</summary>
internal ref struct BatchBody : IDisposable
{
    private byte[]? rented;

    public ReadOnlySpan<byte> Records { get; private set; }

    public readonly RecordReader Read() => new(Records);

    /// <summary>False when the bytes are not what the codec says, inflate past the limit, or the codec is none of Kafka's.</summary>
    public static bool TryOpen(ReadOnlyMemory<byte> batch, out BatchBody body)
    {
        body = default;
        var codec = new RecordBatch(batch.Span).Codec;
        var packed = batch[RecordBatch.HeaderSize..];
        if (codec == Codec.None)
        {
            body.Records = packed.Span;
            return true;
        }
        if (!MemoryMarshal.TryGetArray(packed, out var source))
            source = packed.ToArray();
        body.rented = Compression.TryInflate(codec, source, out var length);
        body.Records = body.rented.AsSpan(0, body.rented is null ? 0 : length);
        return body.rented is not null;
    }

    public void Dispose()
    {
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        rented = null;
        Records = default;
    }
}
