using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Indicators.Series;

namespace StockPipeline.IndicatorValues;

/// <summary>The record of every indicator but MACD; lines go by their names.</summary>
public sealed class IndicatorRecords(Indicator indicator) : IValueRecords<IndicatorValue>
{
    private readonly string[] names = [.. indicator.Description.Lines.Select(line => line.Name)];

    public IndicatorValue Make(Figi figi, in ValueChange change, ReadOnlySpan<double> lines, long epoch) => new()
    {
        Figi = figi,
        OpenTime = DateTimeOffset.FromUnixTimeMilliseconds(change.OpenTime),
        Close = change.Close,
        Final = change.Final,
        Epoch = epoch,
        Indicator = indicator.Description.Name,
        Parameters = indicator.Parameters,
        Lines = LinesOf(lines),
    };

    public Figi FigiOf(IndicatorValue record) => record.Figi;

    public FoundValue Read(IndicatorValue record, Span<double> lines)
    {
        lines.Fill(double.NaN);
        foreach (var line in record.Lines)
        {
            if (Array.IndexOf(names, line.Name) is >= 0 and var at)
                lines[at] = line.Value;
        }
        var isOurs = record.Indicator == indicator.Description.Name && record.Parameters == indicator.Parameters;
        return new FoundValue(record.OpenTime.ToUnixTimeMilliseconds(), record.Close, record.Final, record.Epoch, isOurs);
    }

    private IndicatorLine[] LinesOf(ReadOnlySpan<double> values)
    {
        var count = 0;
        foreach (var value in values)
            count += double.IsNaN(value) ? 0 : 1;
        var (lines, next) = (new IndicatorLine[count], 0);
        for (var line = 0; line < values.Length; line++)
        {
            if (!double.IsNaN(values[line]))
                lines[next++] = new IndicatorLine(names[line], values[line]);
        }
        return lines;
    }
}
