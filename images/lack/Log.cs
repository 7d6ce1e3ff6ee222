using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Lack;

/// <summary>Everything the lack worker says in its log.</summary>
internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Information, "partition {Partition} is read, {Series} series")]
    public static partial void PartitionRead(ILogger logger, int partition, int series);

    [LoggerMessage(4002, LogLevel.Information,
        "{Figi} has {Count} of {Needed} candles of {Interval}; history is asked from {From:u} to {To:u}, attempt {Attempt}")]
    public static partial void Asked(
        ILogger logger, Figi figi, int count, int needed, Interval interval, DateTimeOffset from, DateTimeOffset to, int attempt);

    [LoggerMessage(4003, LogLevel.Warning, "the tombstone at offset {Offset} is passed over: {Reason}")]
    public static partial void KeyUnreadable(ILogger logger, long offset, string reason);
}
