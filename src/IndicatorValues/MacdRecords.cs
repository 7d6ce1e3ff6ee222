using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Indicators.Series;

namespace StockPipeline.IndicatorValues;

/// <summary>MACD has a record of its own, which is older than the one of all others.</summary>
public sealed class MacdRecords(MacdParameters parameters) : IValueRecords<MacdValue>
{
    public MacdValue Make(Figi figi, in ValueChange change, ReadOnlySpan<double> lines, long epoch) => new()
    {
        Figi = figi,
        OpenTime = DateTimeOffset.FromUnixTimeMilliseconds(change.OpenTime),
        Close = change.Close,
        MainLine = lines[0],
        SignalLine = lines[1],
        Histogram = lines[2],
        Final = change.Final,
        Parameters = parameters,
        Epoch = epoch,
    };

    public Figi FigiOf(MacdValue record) => record.Figi;

    public FoundValue Read(MacdValue record, Span<double> lines)
    {
        (lines[0], lines[1], lines[2]) = (record.MainLine, record.SignalLine, record.Histogram);
        return new FoundValue(
            record.OpenTime.ToUnixTimeMilliseconds(), record.Close, record.Final, record.Epoch, record.Parameters == parameters);
    }
}
