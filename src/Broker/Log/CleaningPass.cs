using System.Buffers;

namespace StockPipeline.Broker.Log;

/// <summary>The second pass of a compaction: decides about every record and copies what stays. One thread, batches in order.</summary>
internal sealed class CleaningPass(KeyMap keys, long logStart, long end, long tombstonesMayGoBefore)
{
    private readonly ArrayBufferWriter<byte> kept = new();
    private bool hasSeenOpaque;

    public long OpaqueBatches { get; private set; }

    public long RecordsGone { get; private set; }

    public long BytesBefore { get; private set; }

    public long BytesAfter { get; private set; }

    public void Copy(ReadOnlyMemory<byte> bytes, SegmentBuilder target)
    {
        var batch = new RecordBatch(bytes.Span);
        BytesBefore += bytes.Length;
        if (batch.BaseOffset >= end || batch.IsControl)
        {
            Keep(bytes.Span, target);
            return;
        }
        if (batch.LastOffset < logStart)
        {
            RecordsGone += batch.RecordCount;
            return;
        }
        if (!BatchBody.TryOpen(bytes, out var body))
        {
            KeepOpaque(bytes.Span, target);
            return;
        }
        using (body)
            Copy(bytes.Span, batch, body.Read(), target);
    }

    private void Copy(ReadOnlySpan<byte> bytes, RecordBatch batch, RecordReader records, SegmentBuilder target)
    {
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
        {
            KeepOpaque(bytes, target);
            return;
        }
        RecordsGone += seen - count;
        if (count == seen)
            Keep(bytes, target);
        else if (count > 0)
            Keep(Rebuilt(bytes, batch, count, batch.HasAppendTime ? batch.MaxTimestamp : latest), target);
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
        var body = batch.Codec == Codec.Gzip ? BatchBody.Compress(kept.WrittenSpan) : kept.WrittenSpan;
        var rebuilt = new byte[RecordBatch.HeaderSize + body.Length];
        bytes[..RecordBatch.HeaderSize].CopyTo(rebuilt);
        body.CopyTo(rebuilt.AsSpan(RecordBatch.HeaderSize));
        RecordBatch.Refit(rebuilt, count, latest);
        return rebuilt;
    }

    private void KeepOpaque(ReadOnlySpan<byte> bytes, SegmentBuilder target)
    {
        hasSeenOpaque = true;
        OpaqueBatches++;
        Keep(bytes, target);
    }

    private void Keep(ReadOnlySpan<byte> bytes, SegmentBuilder target)
    {
        target.Add(bytes);
        BytesAfter += bytes.Length;
    }
}
