using System.Buffers;

namespace StockPipeline.Broker.Log;

/// <summary>Reads whole batches of a segment one after the other, checking each. For recovery and cleaning; one thread.</summary>
internal sealed class BatchReader(IDiskFile file, long position, long end) : IDisposable
{
    private const int ChunkSize = 512 * 1024;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
    private long bufferedAt;
    private int buffered;
    private long next = position;

    public long Position { get; private set; } = position;

    /// <summary>Valid until the next move.</summary>
    public ReadOnlyMemory<byte> Batch { get; private set; }

    /// <summary>The read ended at bytes that are not a sound batch; <see cref="Position"/> says where.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Moves to the next batch if its frame, format and checksum are right.</summary>
    public bool MoveNext()
    {
        Position = next;
        if (IsBroken || Position >= end)
            return false;
        IsBroken = true;
        if (!TryBuffer(RecordBatch.HeaderSize))
            return false;
        var header = new RecordBatch(Buffered);
        if (!header.HasPlausibleHeader || Position + header.Size > end || !TryBuffer((int)header.Size))
            return false;
        Batch = buffer.AsMemory((int)(Position - bufferedAt), (int)new RecordBatch(Buffered).Size);
        if (!new RecordBatch(Batch.Span).HasRightChecksum)
            return false;
        IsBroken = false;
        next = Position + Batch.Length;
        return true;
    }

    /// <summary>Goes on somewhere else, typically behind what was broken.</summary>
    public void ContinueAt(long target)
    {
        next = target;
        IsBroken = false;
    }

    /// <summary>Goes on at the next sound batch with offsets in a range, or at the end; says where that is.</summary>
    public long ContinueBehindDamage(long minOffset, long maxOffset)
    {
        var sound = BatchSearch.Find(file, Position, end, minOffset, maxOffset);
        ContinueAt(sound < 0 ? end : sound);
        return next;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
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
