using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Log;

/// <summary>Walks the headers of a stretch of a segment from one batch boundary on; records are skipped, not read.</summary>
internal ref struct BatchWalker(IDiskFile file, long position, long end, Span<byte> buffer)
{
    /// <summary>Enough that a walk across one index interval of small batches takes one read.</summary>
    public const int BufferSize = OffsetIndex.Interval;

    private readonly Span<byte> buffer = buffer;
    private long next = position;
    private long bufferedAt;
    private int buffered;

    public long Position { get; private set; } = position;

    /// <summary>The header of the current batch; its records need not be in memory.</summary>
    public readonly RecordBatch Current => new(buffer.Slice((int)(Position - bufferedAt), RecordBatch.HeaderSize));

    /// <summary>The walk ended at bytes that are not a batch; <see cref="Position"/> says where.</summary>
    public bool IsBroken { get; private set; }

    public bool MoveNext()
    {
        Position = next;
        if (IsBroken || Position >= end)
            return false;
        if (Position < bufferedAt || Position + RecordBatch.HeaderSize > bufferedAt + buffered)
        {
            bufferedAt = Position;
            buffered = file.Read(buffer, Position);
        }
        IsBroken = buffered - (Position - bufferedAt) < RecordBatch.HeaderSize || !Current.HasPlausibleHeader || Position + Current.Size > end;
        if (!IsBroken)
            next = Position + Current.Size;
        return !IsBroken;
    }
}
