using StockPipeline.Contracts.Instruments;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Series;

namespace StockPipeline.IndicatorValues;

/// <summary>One indicator and where its values go.</summary>
public abstract class ValueTopic
{
    private protected ValueTopic(Indicator indicator)
    {
        Indicator = indicator;
        Changes = new ValueChanges(indicator.Description.Lines.Count);
        Lines = new double[indicator.Description.Lines.Count];
    }

    public Indicator Indicator { get; }

    /// <summary>What the calculation at hand changes; on the reader's thread only.</summary>
    internal ValueChanges Changes { get; }

    /// <summary>The lines of the record at hand; on the reader's thread only.</summary>
    internal double[] Lines { get; }

    internal abstract void Publish(byte[] key, Figi figi, in ValueChange change, ReadOnlySpan<double> lines, long epoch);

    internal abstract void Withdraw(byte[] key, Figi figi, long openTime);
}

/// <summary>One indicator, its records and where they go.</summary>
public sealed class ValueTopicOf<TRecord>(Indicator indicator, IValueRecords<TRecord> records, IValueOutput<TRecord> output) : ValueTopic(indicator)
    where TRecord : class
{
    internal IValueRecords<TRecord> Records => records;

    internal override void Publish(byte[] key, Figi figi, in ValueChange change, ReadOnlySpan<double> lines, long epoch) =>
        output.Publish(key, records.Make(figi, change, lines, epoch));

    internal override void Withdraw(byte[] key, Figi figi, long openTime) => output.Withdraw(key, figi, openTime);
}
