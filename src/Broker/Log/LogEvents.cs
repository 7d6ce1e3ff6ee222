namespace StockPipeline.Broker.Log;

/// <summary>What the logs of the broker say. Event ids 2100 to 2149.</summary>
internal static partial class LogEvents
{
    [LoggerMessage(2100, LogLevel.Error, "Damaged bytes in {File} at position {Position}; reads go on at {Next} (-1: nothing sound behind)")]
    public static partial void DamageRead(ILogger logger, string file, long position, long next);

    [LoggerMessage(2101, LogLevel.Warning, "Cut an unfinished tail of {Bytes} bytes off {File} of the log {Log}, at offset {EndOffset}")]
    public static partial void TailCut(ILogger logger, string log, string file, long bytes, long endOffset);

    [LoggerMessage(2102, LogLevel.Error, "Took {Bytes} damaged bytes at position {Position} out of {File} of the log {Log}")]
    public static partial void DamageCut(ILogger logger, string log, string file, long position, long bytes);

    [LoggerMessage(2103, LogLevel.Error, "The log {Log} cannot write; producers get a storage error")]
    public static partial void WriteFailed(ILogger logger, Exception exception, string log);

    [LoggerMessage(2104, LogLevel.Critical, "The log {Log} could not flush: what the disk holds is unknown; no more records until a restart")]
    public static partial void FlushFailed(ILogger logger, Exception exception, string log);

    [LoggerMessage(2105, LogLevel.Error, "The log {Log} cannot read at offset {Offset}")]
    public static partial void ReadFailed(ILogger logger, Exception exception, string log, long offset);

    [LoggerMessage(2106, LogLevel.Warning, "The checkpoint of {Log} is damaged; all of the log is read again")]
    public static partial void CheckpointDamaged(ILogger logger, string log);

    [LoggerMessage(2107, LogLevel.Information, "Deleted {Segments} segments of {Log}; it starts at offset {StartOffset}")]
    public static partial void SegmentsDeleted(ILogger logger, string log, int segments, long startOffset);

    [LoggerMessage(2108, LogLevel.Information, "Compacted {Log} up to offset {CleanedTo}: {Before} to {After} bytes, {Records} records gone")]
    public static partial void Compacted(ILogger logger, string log, long cleanedTo, long before, long after, long records);

    [LoggerMessage(2109, LogLevel.Warning, "Kept {Batches} batches of {Log} that are not what they say, and tombstones behind them")]
    public static partial void OpaqueBatches(ILogger logger, string log, long batches);

    [LoggerMessage(2110, LogLevel.Error, "Upkeep of the log {Log} failed and is tried again at the next turn")]
    public static partial void UpkeepFailed(ILogger logger, Exception exception, string log);

    [LoggerMessage(2111, LogLevel.Warning, "The log {Log} was to start at offset {StartOffset}, behind its end; it starts empty there")]
    public static partial void StartBehindEnd(ILogger logger, string log, long startOffset);

    [LoggerMessage(2112, LogLevel.Error, "Compaction of the log {Log} ended half-way; a restart finishes it, until then there is no further one")]
    public static partial void CompactionStuck(ILogger logger, Exception exception, string log);

    [LoggerMessage(2113, LogLevel.Error, "The log {Log} cannot be searched for the time {Timestamp}")]
    public static partial void SearchFailed(ILogger logger, Exception exception, string log, long timestamp);
}
