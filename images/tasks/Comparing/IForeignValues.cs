using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.TaskWorkers.Comparing;

/// <summary>Somebody else who calculates indicators. Failures that may pass come as the worker knows them.</summary>
internal interface IForeignValues
{
    /// <summary>Its values of the candles that open in the range.</summary>
    Task<IReadOnlyList<ForeignValue>> ReadAsync(
        Instrument instrument, Interval interval, Indicator indicator, TimeRange range, CancellationToken cancellationToken);
}
