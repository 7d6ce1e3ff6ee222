using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;

namespace StockPipeline.IndicatorValues;

/// <summary>Everything a worker of indicators says in its log.</summary>
internal static partial class Log
{
    [LoggerMessage(6001, LogLevel.Debug, "{Figi} {OpenTime} lies before the history kept for repairs; its value stays as it is")]
    public static partial void CandleTooOld(ILogger logger, Figi figi, DateTimeOffset openTime);

    [LoggerMessage(6003, LogLevel.Information, "{Interval}: partition {Partition} is calculated, {Instruments} instruments")]
    public static partial void PartitionCalculated(ILogger logger, Interval interval, int partition, int instruments);
}
