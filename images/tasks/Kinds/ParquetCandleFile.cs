using Parquet;
using Parquet.Schema;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.TaskWorkers.Reading;

namespace StockPipeline.TaskWorkers.Kinds;

/// <summary>Candles as Apache Parquet: a row group per instrument, and more of them where it has very many; prices are exact decimals.</summary>
internal sealed class ParquetCandleFile : ICandleFile
{
    private const int RowsOfGroup = 50_000;

    private static readonly DataField<string> FigiField = new("figi", false);
    private static readonly DataField<string> TickerField = new("ticker", false);
    private static readonly DataField<string> IntervalField = new("interval", false);
    private static readonly DateTimeDataField OpenTimeField =
        new("open_time", DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Millis, isNullable: false);
    private static readonly DecimalDataField[] PriceFields =
        [.. new[] { "open", "high", "low", "close" }.Select(name => new DecimalDataField(name, Price.Precision, Price.Scale, isNullable: false))];
    private static readonly DataField<long> VolumeField = new("volume", false);
    private static readonly ParquetSchema Schema =
        new([FigiField, TickerField, IntervalField, OpenTimeField, .. PriceFields, VolumeField]);

    private readonly ParquetWriter writer;

    private ParquetCandleFile(ParquetWriter writer) => this.writer = writer;

    public static async Task<ParquetCandleFile> OpenAsync(Stream output, CancellationToken cancellationToken) =>
        new(await ParquetWriter.CreateAsync(Schema, output, cancellationToken: cancellationToken));

    public async Task WriteAsync(Instrument instrument, Interval interval, ReadOnlyMemory<Bar> bars, CancellationToken cancellationToken)
    {
        for (var at = 0; at < bars.Length; at += RowsOfGroup)
            await WriteGroupAsync(instrument, interval, bars.Slice(at, Math.Min(RowsOfGroup, bars.Length - at)), cancellationToken);
    }

    public async Task FinishAsync(CancellationToken cancellationToken) => await writer.DisposeAsync();

    public ValueTask DisposeAsync() => writer.DisposeAsync();

    private async Task WriteGroupAsync(
        Instrument instrument, Interval interval, ReadOnlyMemory<Bar> bars, CancellationToken cancellationToken)
    {
        using var group = writer.CreateRowGroup();
        await group.WriteAsync(FigiField, Same(instrument.Figi.Value, bars.Length));
        await group.WriteAsync(TickerField, Same(instrument.Ticker, bars.Length));
        await group.WriteAsync(IntervalField, Same(interval.Name, bars.Length));
        await group.WriteAsync<DateTime>(
            OpenTimeField, Column(bars.Span, static bar => bar.OpenTime.UtcDateTime), cancellationToken: cancellationToken);
        Func<Bar, long>[] prices = [static bar => bar.Open, static bar => bar.High, static bar => bar.Low, static bar => bar.Close];
        for (var at = 0; at < prices.Length; at++)
        {
            var price = prices[at];
            await group.WriteAsync<decimal>(
                PriceFields[at], Column(bars.Span, bar => Price.FromNanos(price(bar)).ToDecimal()), cancellationToken: cancellationToken);
        }
        await group.WriteAsync<long>(VolumeField, Column(bars.Span, static bar => bar.Volume), cancellationToken: cancellationToken);
        group.CompleteValidate();
    }

    private static string[] Same(string text, int count)
    {
        var column = new string[count];
        Array.Fill(column, text);
        return column;
    }

    private static T[] Column<T>(ReadOnlySpan<Bar> bars, Func<Bar, T> value)
    {
        var column = new T[bars.Length];
        for (var at = 0; at < bars.Length; at++)
            column[at] = value(bars[at]);
        return column;
    }
}
