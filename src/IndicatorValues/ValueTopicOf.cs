using StockPipeline.Contracts.Instruments;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Series;

namespace StockPipeline.IndicatorValues;

/// <summary>One indicator, its records and where they go.</summary>
public sealed class ValueTopicOf<TRecord>(Indicator indicator, IValueRecords<TRecord> records, IValueOutput<TRecord> output) : ValueTopic(indicator)
    where TRecord : class
{
    internal IValueRecords<TRecord> Records => records;

    internal override void Publish(byte[] key, Figi figi, in ValueChange change, ReadOnlySpan<double> lines, long epoch) =>
        output.Publish(key, records.Make(figi, change, lines, epoch));

    internal override void Withdraw(byte[] key, Figi figi, long openTime) => output.Withdraw(key, figi, openTime);
}
