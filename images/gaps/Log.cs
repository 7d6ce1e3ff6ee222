using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Gaps;

/// <summary>Everything the gaps worker says in its log.</summary>
internal static partial class Log
{
    [LoggerMessage(5002, LogLevel.Information,
        "{Figi} lacks {Missing} candles of {Interval} from {From:u} to {To:u}; history is asked, attempt {Attempt}")]
    public static partial void Asked(ILogger logger, Figi figi, int missing, Interval interval, DateTimeOffset from, DateTimeOffset to, int attempt);
}
