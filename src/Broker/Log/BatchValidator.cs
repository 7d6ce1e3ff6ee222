using StockPipeline.Broker.Protocol;
using static StockPipeline.Broker.Log.AppendResult;

namespace StockPipeline.Broker.Log;

/// <summary>
/// Checks what a producer sent, cheapest first. Of records that are not compressed a right checksum is taken as the word of a working client:
/// they are walked only for compacted topics, where one without a key could never be cleaned.
/// </summary>
internal static class BatchValidator
{
    public static AppendResult Check(ReadOnlyMemory<byte> records, LogSettings settings, long now) =>
        CheckFraming(records.Span)
        ?? CheckSize(records.Length, settings)
        ?? CheckHeader(new RecordBatch(records.Span))
        ?? CheckTime(new RecordBatch(records.Span), settings, now)
        ?? CheckRecords(records, settings.Compact)
        ?? default(AppendResult);

    /// <summary>Exactly one batch of format v2, neither more bytes nor fewer than it says. The errors are those of Kafka 4.2.</summary>
    private static AppendResult? CheckFraming(ReadOnlySpan<byte> records)
    {
        if (records.Length > RecordBatch.MagicPosition && records[RecordBatch.MagicPosition] != RecordBatch.Magic)
            return Refused(ErrorCode.CorruptMessage, $"Record format {records[RecordBatch.MagicPosition]} is not served, only 2.");
        if (records.Length < RecordBatch.HeaderSize)
            return Refused(ErrorCode.InvalidRecord, "The request holds no whole record batch.");
        var batch = new RecordBatch(records);
        if (batch.BatchLength < RecordBatch.MinLength)
            return Refused(ErrorCode.CorruptMessage, $"The batch claims a length of {batch.BatchLength} bytes.");
        if (batch.Size != records.Length)
            return Refused(
                ErrorCode.InvalidRecord, $"The batch claims {batch.Size} of the {records.Length} bytes; one batch per partition is served.");
        return null;
    }

    private static AppendResult? CheckSize(int size, LogSettings settings)
    {
        if (size > settings.MaxMessageBytes)
            return Refused(ErrorCode.MessageTooLarge, $"The batch has {size} bytes, max.message.bytes is {settings.MaxMessageBytes}.");
        if (size > settings.SegmentBytes)
            return Refused(ErrorCode.RecordListTooLarge, $"The batch has {size} bytes, segment.bytes is {settings.SegmentBytes}.");
        return null;
    }

    private static AppendResult? CheckHeader(RecordBatch batch)
    {
        if (!batch.HasRightChecksum)
            return Refused(ErrorCode.CorruptMessage, "The batch does not have the checksum it claims.");
        if (batch.BaseOffset != 0)
            return Refused(ErrorCode.InvalidRecord, $"The base offset of a produced batch is {batch.BaseOffset}, not 0.");
        if (batch.RecordCount <= 0 || batch.LastOffsetDelta != batch.RecordCount - 1)
            return Refused(ErrorCode.InvalidRecord, $"{batch.RecordCount} records cannot end at offset delta {batch.LastOffsetDelta}.");
        if (batch.IsControl)
            return Refused(ErrorCode.InvalidRecord, "A producer may not write control batches.");
        if (batch.IsTransactional)
            return Refused(ErrorCode.InvalidTransactionState, "Transactions are not served by this broker.");
        if (batch.ProducerId >= 0 && (batch.BaseSequence < 0 || batch.ProducerEpoch < 0))
            return Refused(ErrorCode.InvalidRecord, "An idempotent producer must number its batches.");
        if (batch.Codec > Codec.Zstd)
            return Refused(ErrorCode.UnknownServerError, $"Compression codec {(int)batch.Codec} is unknown.");
        return null;
    }

    private static AppendResult? CheckTime(RecordBatch batch, LogSettings settings, long now)
    {
        if (batch.HasAppendTime)
            return Refused(ErrorCode.InvalidTimestamp, "Only the broker may claim the time of appending.");
        var time = batch.MaxTimestamp;
        if (settings.LogAppendTime || time == SegmentSummary.NoTime)
            return null;
        // Compared as differences of now, and never added to the limits: those go up to the largest long.
        if ((time < now && now - time > settings.TimestampBeforeMaxMs) || (time > now && time - now > settings.TimestampAfterMaxMs))
            return Refused(ErrorCode.InvalidTimestamp, $"The timestamp {time} is too far from the broker's {now}.");
        return null;
    }

    /// <summary>A batch that nobody can inflate would stop every reader at its offset, for ever.</summary>
    private static AppendResult? CheckRecords(ReadOnlyMemory<byte> records, bool needsKeys)
    {
        var batch = new RecordBatch(records.Span);
        if (batch.Codec == Codec.None && !needsKeys)
            return null;
        if (!BatchBody.TryOpen(records, out var body))
            return Refused(ErrorCode.UnknownServerError, $"The batch says that it is compressed with {batch.Codec}, and is not.");
        using (body)
        {
            var index = 0;
            var reader = body.Read();
            while (reader.MoveNext())
            {
                if (needsKeys && !reader.HasKey)
                    return Refused(ErrorCode.InvalidRecord, "A compacted topic cannot take a record without a key.", index);
                index++;
            }
            return reader.IsMalformed || index != batch.RecordCount
                ? Refused(ErrorCode.InvalidRecord, "The batch does not hold the records it claims.", index)
                : null;
        }
    }
}
