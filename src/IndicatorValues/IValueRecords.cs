using StockPipeline.Contracts.Instruments;
using StockPipeline.Indicators.Series;

namespace StockPipeline.IndicatorValues;

/// <summary>How the values of an indicator stand in the records of its topic.</summary>
public interface IValueRecords<TRecord>
    where TRecord : class
{
    TRecord Make(Figi figi, in ValueChange change, ReadOnlySpan<double> lines, long epoch);

    Figi FigiOf(TRecord record);

    /// <summary>Reads a record; its lines stand in the order of the indicator, and one that is absent is not a number.</summary>
    FoundValue Read(TRecord record, Span<double> lines);
}
