using Confluent.Kafka;
using Spectre.Console;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Topics;

/// <summary>Follows the candles and values of one instrument: in place on a terminal, a line for each change elsewhere.</summary>
internal sealed class WatchCommand(Tools tools)
{
    public const int UsualRows = 10;
    public const int MostRows = 100;

    /// <summary>Records of a partition that are looked through for the last candles: those of other instruments lie between them.</summary>
    private const int Scan = 50_000;

    private const int TimeWidth = 20;
    private const int NumberWidth = 12;

    private readonly SortedDictionary<DateTimeOffset, (Candle? Candle, MacdValue? Value)> rows = [];

    public async Task RunAsync(string instrument, Interval interval, int count)
    {
        var figi = (await tools.InstrumentsAsync()).Find(instrument);
        var topics = await tools.Kafka.TopicsAsync();
        var partitions = new[] { tools.Pipeline.Candles(interval).Name, tools.Pipeline.Macd(interval).Name }.Select(name =>
            topics.TryGetValue(name, out var topic)
                ? new TopicPartition(name, FigiPartition.Of(figi, topic.Partitions.Count))
                : throw new TopicsException($"there is no topic '{name}'; ./topics list shows which there are")).ToList();
        var starts = await tools.Kafka.StartsAsync(partitions, Scan, alsoEmpty: true);
        var changes = ChangesAsync(tools.Kafka.FollowAsync(starts), figi, count);
        if (tools.Printer is { IsTerminal: true, IsJson: false })
            await DrawAsync(changes, $"{instrument.ToUpperInvariant()} {interval}");
        else
            await PrintAsync(changes);
    }

    /// <summary>Keeps the newest rows; gives the time of each that changed, null when there is nothing more for now.</summary>
    private async IAsyncEnumerable<DateTimeOffset?> ChangesAsync(IAsyncEnumerable<FoundRecord?> records, Figi figi, int count)
    {
        var prefix = $"{figi.Value}/";
        await foreach (var record in records)
        {
            if (record is null)
                yield return null;
            else if (record.Key.StartsWith(prefix, StringComparison.Ordinal) && await ApplyAsync(record) is { } changed)
                yield return changed;
            while (rows.Count > count)
                rows.Remove(rows.Keys.First());
        }
    }

    private async Task<DateTimeOffset?> ApplyAsync(FoundRecord record)
    {
        if (record.Value is null)
        {
            var removed = CandleKey.Parse(record.Key).OpenTime;
            return rows.Remove(removed) ? removed : null;
        }
        switch (await tools.Decoder.DecodeAsync(record.Value))
        {
            case Candle candle:
                rows[candle.OpenTime] = rows.GetValueOrDefault(candle.OpenTime) with { Candle = candle };
                return candle.OpenTime;
            case MacdValue value:
                rows[value.OpenTime] = rows.GetValueOrDefault(value.OpenTime) with { Value = value };
                return value.OpenTime;
            default:
                return null;
        }
    }

    private async Task PrintAsync(IAsyncEnumerable<DateTimeOffset?> changes)
    {
        var isCaughtUp = false;
        await foreach (var changed in changes)
        {
            if (changed is null && !isCaughtUp)
            {
                isCaughtUp = true;
                if (!tools.Printer.IsJson)
                    tools.Printer.WriteLine(Of(default, default).Select((cell, at) => (new Cell("", cell.Name), WidthOf(at))));
                foreach (var time in rows.Keys.ToList())
                    Print(time);
            }
            else if (isCaughtUp && changed is { } time && rows.ContainsKey(time))
            {
                Print(time);
            }
        }
    }

    private void Print(DateTimeOffset time)
    {
        var cells = Of(time, rows[time]);
        if (tools.Printer.IsJson)
            tools.Printer.Write([cells]);
        else
            tools.Printer.WriteLine(cells.Select((cell, at) => (cell, WidthOf(at))));
    }

    private Task DrawAsync(IAsyncEnumerable<DateTimeOffset?> changes, string title) =>
        tools.Printer.Screen.Live(Drawn(title)).StartAsync(async screen =>
        {
            var isCaughtUp = false;
            await foreach (var changed in changes)
            {
                isCaughtUp |= changed is null;
                if (isCaughtUp && changed is not null || changed is null)
                    screen.UpdateTarget(Drawn(title));
            }
        });

    private Table Drawn(string title)
    {
        var table = new Table { Title = new TableTitle(title), Border = TableBorder.Rounded };
        foreach (var cell in Of(default, default))
            table.AddColumn(new TableColumn(cell.Name).RightAligned());
        foreach (var (time, row) in rows)
            table.AddRow(Of(time, row).Select(cell => new Text(cell.Text, Printer.StyleOf(cell))));
        return table;
    }

    private static IReadOnlyList<Cell> Of(DateTimeOffset time, (Candle? Candle, MacdValue? Value) row) =>
    [
        new("openTime", time), new("open", row.Candle?.Open), new("high", row.Candle?.High), new("low", row.Candle?.Low),
        new("close", row.Candle?.Close), new("volume", row.Candle?.Volume), new("final", row.Candle?.Final),
        new("mainLine", row.Value?.MainLine), new("signalLine", row.Value?.SignalLine), new("histogram", row.Value?.Histogram),
    ];

    private static int WidthOf(int column) => column == 0 ? TimeWidth : NumberWidth;
}
