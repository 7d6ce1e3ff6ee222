using System.Buffers;
using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Log;

/// <summary>
/// Reads whole batches of a segment one after the other, checking each, and passes over damaged bytes with sound batches behind them.
/// Offsets lie in [<paramref name="nextOffset"/>, <paramref name="limit"/>) and grow. For recovery and cleaning; one thread.
/// </summary>
internal sealed class BatchReader(IDiskFile file, long position, long end, long nextOffset, long limit) : IDisposable
{
    private const int ChunkSize = 512 * 1024;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
    private long bufferedAt;
    private int buffered;

    /// <summary>Where the next batch starts; at the end of the walk where the sound batches end.</summary>
    public long Position { get; private set; } = position;

    /// <summary>Valid until the next move.</summary>
    public ReadOnlyMemory<byte> Batch { get; private set; }

    /// <summary>How much was passed over. A tail with nothing sound behind it does not count.</summary>
    public long DamagedBytes { get; private set; }

    /// <summary>Told the position and the length of what is passed over.</summary>
    public Action<long, long>? OnDamage { get; init; }

    public static bool IsSound(IDiskFile file, long position, long end)
    {
        using var reader = new BatchReader(file, position, end, 0, long.MaxValue);
        return reader.TryRead();
    }

    public bool MoveNext()
    {
        while (Position < end)
        {
            if (TryRead() && Fits())
            {
                Position += Batch.Length;
                nextOffset = new RecordBatch(Batch.Span).NextOffset;
                return true;
            }
            var sound = BatchSearch.Find(file, Position, end, nextOffset, limit);
            if (sound < 0)
                return false;
            OnDamage?.Invoke(Position, sound - Position);
            DamagedBytes += sound - Position;
            Position = sound;
        }
        return false;
    }

    /// <summary>Reads the batch at the position if its frame, format and checksum are right, and stays there.</summary>
    public bool TryRead()
    {
        if (!TryBuffer(RecordBatch.HeaderSize))
            return false;
        var header = new RecordBatch(Buffered);
        if (!header.HasPlausibleHeader || Position + header.Size > end || !TryBuffer((int)header.Size))
            return false;
        Batch = buffer.AsMemory((int)(Position - bufferedAt), (int)new RecordBatch(Buffered).Size);
        return new RecordBatch(Batch.Span).HasRightChecksum;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    /// <summary>
    /// The base offset is outside of the checksum. After compaction offsets jump, so a jump is believed unless the next batch denies it:
    /// believing a wrong one would make all that follows look stale.
    /// </summary>
    private bool Fits()
    {
        var batch = new RecordBatch(Batch.Span);
        if (batch.BaseOffset < nextOffset || batch.LastOffset >= limit)
            return false;
        Span<byte> header = stackalloc byte[RecordBatch.HeaderSize];
        if (batch.BaseOffset == nextOffset || file.Read(header, Position + batch.Size) < header.Length)
            return true;
        var next = new RecordBatch(header);
        return !next.HasPlausibleHeader || next.BaseOffset < nextOffset || next.BaseOffset > batch.LastOffset;
    }

    private ReadOnlySpan<byte> Buffered => buffer.AsSpan((int)(Position - bufferedAt), (int)(bufferedAt + buffered - Position));

    private bool TryBuffer(int size)
    {
        if (Position >= bufferedAt && Position + size <= bufferedAt + buffered)
            return true;
        if (size > buffer.Length)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = ArrayPool<byte>.Shared.Rent(size);
        }
        bufferedAt = Position;
        buffered = file.Read(buffer, Position);
        return buffered >= size;
    }
}
