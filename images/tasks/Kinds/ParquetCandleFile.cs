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
    private static readonly Func<Bar, decimal>[] Prices =
        [static bar => Decimal(bar.Open), static bar => Decimal(bar.High), static bar => Decimal(bar.Low), static bar => Decimal(bar.Close)];
    private static readonly DataField<long> VolumeField = new("volume", false);
    private static readonly ParquetSchema Schema =
        new([FigiField, TickerField, IntervalField, OpenTimeField, .. PriceFields, VolumeField]);

    private readonly ParquetWriter writer;

    // Columns of a group are encoded when they are written: the next group has their memory.
    private readonly string[] texts = new string[RowsOfGroup];
    private readonly DateTime[] times = new DateTime[RowsOfGroup];
    private readonly decimal[] prices = new decimal[RowsOfGroup];
    private readonly long[] volumes = new long[RowsOfGroup];

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
        await group.WriteAsync(
            OpenTimeField, Column(bars.Span, times, static bar => bar.OpenTime.UtcDateTime), cancellationToken: cancellationToken);
        for (var at = 0; at < PriceFields.Length; at++)
            await group.WriteAsync(PriceFields[at], Column(bars.Span, prices, Prices[at]), cancellationToken: cancellationToken);
        await group.WriteAsync(VolumeField, Column(bars.Span, volumes, static bar => bar.Volume), cancellationToken: cancellationToken);
        group.CompleteValidate();
    }

    private ArraySegment<string> Same(string text, int count)
    {
        Array.Fill(texts, text, 0, count);
        return new ArraySegment<string>(texts, 0, count);
    }

    private static ReadOnlyMemory<T> Column<T>(ReadOnlySpan<Bar> bars, T[] column, Func<Bar, T> value)
    {
        for (var at = 0; at < bars.Length; at++)
            column[at] = value(bars[at]);
        return column.AsMemory(0, bars.Length);
    }

    private static decimal Decimal(long nanos) => Price.FromNanos(nanos).ToDecimal();
}
