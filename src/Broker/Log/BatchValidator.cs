using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Log;

/// <summary>
/// Checks what a producer sent, cheapest first. A right checksum is taken as the word of a working client: records are walked
/// only for compacted topics, where one without a key could never be cleaned.
/// </summary>
internal static class BatchValidator
{
    private const long NoTimestamp = -1;

    public static BatchVerdict Check(ReadOnlyMemory<byte> records, LogSettings settings, long now)
    {
        var framing = CheckFraming(records.Span);
        if (framing.Error != ErrorCode.None)
            return framing;
        var batch = new RecordBatch(records.Span);
        if (records.Length > settings.MaxMessageBytes)
            return new(ErrorCode.MessageTooLarge, $"The batch has {records.Length} bytes, max.message.bytes is {settings.MaxMessageBytes}.");
        if (records.Length > settings.SegmentBytes)
            return new(ErrorCode.RecordListTooLarge, $"The batch has {records.Length} bytes, segment.bytes is {settings.SegmentBytes}.");
        if (!batch.HasRightChecksum)
            return new(ErrorCode.CorruptMessage, "The batch does not have the checksum it claims.");
        var header = CheckHeader(batch);
        if (header.Error != ErrorCode.None)
            return header;
        var time = CheckTime(batch, settings, now);
        if (time.Error != ErrorCode.None)
            return time;
        return settings.Compact ? CheckKeys(records) : BatchVerdict.Good;
    }

    /// <summary>Exactly one batch of format v2, neither more bytes nor fewer than it says. The errors are those of Kafka 4.2.</summary>
    private static BatchVerdict CheckFraming(ReadOnlySpan<byte> records)
    {
        if (records.Length > RecordBatch.MagicPosition && records[RecordBatch.MagicPosition] != RecordBatch.Magic)
            return new(ErrorCode.CorruptMessage, $"Record format {records[RecordBatch.MagicPosition]} is not served, only 2.");
        if (records.Length < RecordBatch.HeaderSize)
            return new(ErrorCode.InvalidRecord, "The request holds no whole record batch.");
        var batch = new RecordBatch(records);
        if (batch.BatchLength < RecordBatch.MinLength)
            return new(ErrorCode.CorruptMessage, $"The batch claims a length of {batch.BatchLength} bytes.");
        if (batch.Size != records.Length)
            return new(ErrorCode.InvalidRecord, $"The batch claims {batch.Size} of the {records.Length} bytes; one batch per partition is served.");
        return BatchVerdict.Good;
    }

    private static BatchVerdict CheckHeader(RecordBatch batch)
    {
        if (batch.BaseOffset != 0)
            return new(ErrorCode.InvalidRecord, $"The base offset of a produced batch is {batch.BaseOffset}, not 0.");
        if (batch.RecordCount <= 0 || batch.LastOffsetDelta != batch.RecordCount - 1)
            return new(ErrorCode.InvalidRecord, $"{batch.RecordCount} records cannot end at offset delta {batch.LastOffsetDelta}.");
        if (batch.IsControl)
            return new(ErrorCode.InvalidRecord, "A producer may not write control batches.");
        if (batch.IsTransactional)
            return new(ErrorCode.InvalidTransactionState, "Transactions are not served by this broker.");
        if (batch.ProducerId >= 0 && (batch.BaseSequence < 0 || batch.ProducerEpoch < 0))
            return new(ErrorCode.InvalidRecord, "An idempotent producer must number its batches.");
        if (batch.Codec > Codec.Zstd)
            return new(ErrorCode.UnknownServerError, $"Compression codec {(int)batch.Codec} is unknown.");
        return BatchVerdict.Good;
    }

    private static BatchVerdict CheckTime(RecordBatch batch, LogSettings settings, long now)
    {
        if (batch.HasAppendTime)
            return new(ErrorCode.InvalidTimestamp, "Only the broker may claim the time of appending.");
        var time = batch.MaxTimestamp;
        if (settings.LogAppendTime || time == NoTimestamp)
            return BatchVerdict.Good;
        // Compared as differences of now, and never added to the limits: those go up to the largest long.
        if ((time < now && now - time > settings.TimestampBeforeMaxMs) || (time > now && time - now > settings.TimestampAfterMaxMs))
            return new(ErrorCode.InvalidTimestamp, $"The timestamp {time} is too far from the broker's {now}.");
        return BatchVerdict.Good;
    }

    /// <summary>Batches in a codec .NET cannot read pass: the cleaner keeps them whole and counts them.</summary>
    private static BatchVerdict CheckKeys(ReadOnlyMemory<byte> records)
    {
        var batch = new RecordBatch(records.Span);
        if (batch.Codec is not (Codec.None or Codec.Gzip))
            return BatchVerdict.Good;
        if (!BatchBody.TryOpen(records, out var body))
            return new(ErrorCode.UnknownServerError, "The batch cannot be decompressed.");
        using (body)
        {
            var index = 0;
            var reader = body.Read();
            while (reader.MoveNext())
            {
                if (!reader.HasKey)
                    return new(ErrorCode.InvalidRecord, "A compacted topic cannot take a record without a key.", index);
                index++;
            }
            return reader.IsMalformed || index != batch.RecordCount
                ? new(ErrorCode.InvalidRecord, "The batch does not hold the records it claims.", index)
                : BatchVerdict.Good;
        }
    }
}
