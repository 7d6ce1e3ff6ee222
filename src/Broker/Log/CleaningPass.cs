using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace StockPipeline.Broker.Log;

/// <summary>The second pass of a compaction: decides about every record and copies what stays. One thread, batches in order.</summary>
internal sealed class CleaningPass(KeyMap keys, long logStart, long end, long tombstonesMayGoBefore)
{
    private readonly ArrayBufferWriter<byte> kept = new();
    private bool hasSeenOpaque;

    /// <summary>
    /// Batches that are not what they say, from before they were checked. They are kept whole, and so is every tombstone behind the first.
    /// </summary>
    public long OpaqueBatches { get; private set; }

    public long RecordsGone { get; private set; }

    public long BytesBefore { get; private set; }

    public long BytesAfter { get; private set; }

    /// <summary>What stays of a batch: all, less, or nothing. Valid until the next batch.</summary>
    public ReadOnlySpan<byte> Clean(ReadOnlyMemory<byte> bytes)
    {
        var stays = Select(bytes);
        BytesBefore += bytes.Length;
        BytesAfter += stays.Length;
        return stays;
    }

    private ReadOnlySpan<byte> Select(ReadOnlyMemory<byte> bytes)
    {
        var batch = new RecordBatch(bytes.Span);
        if (batch.BaseOffset >= end || batch.IsControl)
            return bytes.Span;
        if (batch.LastOffset < logStart)
        {
            RecordsGone += batch.RecordCount;
            return [];
        }
        if (!BatchBody.TryOpen(bytes, out var body))
            return Opaque(bytes.Span);
        using (body)
            return Select(bytes.Span, body.Read());
    }

    private ReadOnlySpan<byte> Select(ReadOnlySpan<byte> bytes, scoped RecordReader records)
    {
        var batch = new RecordBatch(bytes);
        kept.ResetWrittenCount();
        var (seen, count, latest) = (0, 0, SegmentSummary.NoTime);
        while (records.MoveNext())
        {
            seen++;
            if (!Stays(records, batch.BaseOffset + records.OffsetDelta))
                continue;
            count++;
            latest = Math.Max(latest, batch.BaseTimestamp + records.TimestampDelta);
            kept.Write(records.Raw);
        }
        if (records.IsMalformed || seen != batch.RecordCount)
            return Opaque(bytes);
        RecordsGone += seen - count;
        if (count == seen)
            return bytes;
        return count == 0 ? [] : Rebuilt(bytes, batch, count, batch.HasAppendTime ? batch.MaxTimestamp : latest);
    }

    private bool Stays(RecordReader record, long offset)
    {
        if (offset < logStart || !record.HasKey || keys.HasNewer(record.Key, offset))
            return false;
        // A batch nobody could open may hold an older value of this key, which would come back to life without its tombstone.
        return record.HasValue || offset >= tombstonesMayGoBefore || hasSeenOpaque;
    }

    /// <summary>Offsets and times of records count from the batch's, which stay, so the kept records are copied as they are.</summary>
    private byte[] Rebuilt(ReadOnlySpan<byte> bytes, RecordBatch batch, int count, long latest)
    {
        var body = batch.Codec == Codec.None ? kept.WrittenSpan : Compression.Compress(batch.Codec, kept.WrittenSpan);
        var rebuilt = new byte[RecordBatch.HeaderSize + body.Length];
        bytes[..RecordBatch.HeaderSize].CopyTo(rebuilt);
        body.CopyTo(rebuilt.AsSpan(RecordBatch.HeaderSize));
        RecordBatch.Refit(rebuilt, count, latest);
        return rebuilt;
    }

    private ReadOnlySpan<byte> Opaque(ReadOnlySpan<byte> bytes)
    {
        hasSeenOpaque = true;
        OpaqueBatches++;
        return bytes;
    }
}

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
