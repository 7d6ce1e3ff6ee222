using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Lack;

/// <summary>Everything the lack worker says in its log.</summary>
internal static partial class Log
{
    [LoggerMessage(4102, LogLevel.Information,
        "{Figi} has {Count} of {Needed} candles of {Interval}; history is asked from {From:u} to {To:u}, attempt {Attempt}")]
    public static partial void Asked(
        ILogger logger, Figi figi, int count, int needed, Interval interval, DateTimeOffset from, DateTimeOffset to, int attempt);
}
