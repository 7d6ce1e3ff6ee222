using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Gaps;

/// <summary>Everything the gaps worker says in its log.</summary>
internal static partial class Log
{
    [LoggerMessage(5001, LogLevel.Information, "{Interval}: partition {Partition} is read, {Instruments} instruments")]
    public static partial void PartitionRead(ILogger logger, Interval interval, int partition, int instruments);

    [LoggerMessage(5002, LogLevel.Information,
        "{Figi} lacks {Missing} candles of {Interval} from {From:u} to {To:u}; history is asked, attempt {Attempt}")]
    public static partial void Asked(ILogger logger, Figi figi, int missing, Interval interval, DateTimeOffset from, DateTimeOffset to, int attempt);

    [LoggerMessage(5003, LogLevel.Warning, "the tombstone at offset {Offset} is passed over: {Reason}")]
    public static partial void KeyUnreadable(ILogger logger, long offset, string reason);
}
