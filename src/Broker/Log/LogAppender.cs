using StockPipeline.Broker.Protocol;

namespace StockPipeline.Broker.Log;

/// <summary>Puts checked batches at the end of a log. All members need the partition's lock.</summary>
internal sealed class LogAppender(LogState log)
{
    private bool isFailing;

    public AppendResult Append(Span<byte> bytes, LogSettings settings, long now)
    {
        if (log.Refusal != ErrorCode.None)
            return AppendResult.Refused(log.Refusal);
        var batch = new RecordBatch(bytes);
        var error = log.Producers.Check(batch, out var originalOffset);
        if (error != ErrorCode.None)
            return AppendResult.Refused(
                error, $"Producer {batch.ProducerId} epoch {batch.ProducerEpoch} sequence {batch.BaseSequence} is not what follows.");
        if (originalOffset >= 0)
            return new(ErrorCode.None, originalOffset, settings.LogAppendTime ? now : -1, log.StartOffset);
        var baseOffset = log.EndOffset;
        try
        {
            Write(bytes, settings, now, baseOffset);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A full disk fails every append of every producer: the first of a row is said.
            if (!isFailing)
                LogEvents.WriteFailed(log.Environment.Logger, failure, log.Name);
            isFailing = true;
            return AppendResult.Refused(ErrorCode.KafkaStorageError, "The broker could not write to its disk.");
        }
        isFailing = false;
        log.Epochs.Assign(log.Environment.LeaderEpoch, baseOffset);
        log.Producers.Record(batch, now);
        return new(ErrorCode.None, baseOffset, settings.LogAppendTime ? now : -1, log.StartOffset);
    }

    private void Write(Span<byte> bytes, LogSettings settings, long now, long baseOffset)
    {
        RecordBatch.Assign(bytes, baseOffset, log.Environment.LeaderEpoch);
        if (settings.LogAppendTime)
            RecordBatch.StampAppendTime(bytes, now);
        if (MustRoll(new RecordBatch(bytes), settings))
            log.Segments.Roll(baseOffset);
        log.Segments.Active.Append(bytes);
    }

    private bool MustRoll(RecordBatch batch, LogSettings settings)
    {
        var summary = log.Segments.Active.Summary;
        if (summary.Length == 0)
            return false;
        var isLate = summary.FirstTime >= 0 && batch.MaxTimestamp - summary.FirstTime > settings.RollMs;
        return isLate || summary.Length + batch.Size > settings.SegmentBytes || batch.LastOffset - log.Segments.Active.BaseOffset > int.MaxValue;
    }
}

/// <summary>
/// What became of an append, with words for the producer when it was refused. <see cref="LogAppendTime"/> is -1 unless the topic stamps
/// it; <see cref="BadRecord"/> is the index of the record at fault, or -1.
/// </summary>
internal readonly record struct AppendResult(
    ErrorCode Error, long BaseOffset, long LogAppendTime, long LogStartOffset, string? Message = null, int BadRecord = -1)
{
    public static AppendResult Refused(ErrorCode error, string? message = null, int badRecord = -1) => new(error, -1, -1, -1, message, badRecord);
}
