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

/// <summary>Finds where sound batches go on behind damaged bytes, so that damage costs no more than what it hit.</summary>
internal static class BatchSearch
{
    private const int WindowSize = 1024 * 1024;

    /// <summary>
    /// The position of the first sound batch behind <paramref name="damage"/> whose offsets lie within [<paramref name="minOffset"/>,
    /// <paramref name="maxOffset"/>), -1 if there is none. A batch stored as somebody's record value does not have such offsets.
    /// </summary>
    public static long Find(IDiskFile file, long damage, long end, long minOffset, long maxOffset)
    {
        var window = new byte[Math.Min(WindowSize, (int)Math.Min(end - damage, int.MaxValue))];
        for (var start = damage + 1; start + RecordBatch.HeaderSize <= end; start += window.Length - RecordBatch.HeaderSize + 1)
        {
            var filled = file.Read(window, start);
            for (var at = 0; at + RecordBatch.HeaderSize <= filled; at++)
            {
                if (window[at + RecordBatch.MagicPosition] != RecordBatch.Magic)
                    continue;
                var candidate = new RecordBatch(window.AsSpan(at));
                var isCandidate = candidate.HasPlausibleHeader && start + at + candidate.Size <= end
                    && candidate.BaseOffset >= minOffset && candidate.LastOffset < maxOffset && candidate.RecordCount > 0;
                if (isCandidate && BatchReader.IsSound(file, start + at, end))
                    return start + at;
            }
        }
        return -1;
    }
}
