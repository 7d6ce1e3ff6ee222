using System.Globalization;
using System.Text;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;
using StockPipeline.Gateway.Feed;
using StockPipeline.Gateway.Series;

namespace StockPipeline.Gateway.Board;

/// <summary>Calculates what the board says of one instrument, out of its series.</summary>
internal sealed class BoardRow(Interval interval, MarketTables tables, FeedState feed) : IBoardRow
{
    /// <summary>Bars looked back for the crossing of the lines.</summary>
    public const int MaxBarsSinceCross = 99;

    /// <summary>Bars of the small picture.</summary>
    public const int SparkBars = 16;

    public IReadOnlyList<string> Columns { get; } =
        ["figi", "last", "dayChange", "main", "signal", "histogram", "barsSinceCross", "final", "time", "written", "feed", "volume", "spark"];

    public IReadOnlyList<SeriesTopic> Topics { get; } = [tables.Candles(interval), tables.Macd(interval)];

    public string? Of(Figi figi, DateTimeOffset now)
    {
        if (tables.Candles(interval).Find(figi) is not { Count: > 0 } candles)
            return null;
        var (time, final, last) = candles.Look(table => table.Count == 0
            ? default
            : (table[table.Count - 1].Time, table[table.Count - 1].Final, table.Numbers(table.Count - 1)[3]));
        if (time == 0)
            return null;
        var (change, volume) = DayOf(figi, time, last);
        var text = new StringBuilder(256).Append(CultureInfo.InvariantCulture, $"[\"{figi.Value}\",{last},{Json(change)},");
        if (tables.Macd(interval).Find(figi) is { Count: > 0 } values)
            values.Look(table => Macd(table, text));
        else
            text.Append("null,null,null,null,");
        text.Append(final ? "true" : "false");
        text.Append(CultureInfo.InvariantCulture, $",\"{RowText.Instant(time)}\",{candles.Written},\"{feed.Of(figi, now)}\",{Json(volume)},[");
        if (tables.Macd(interval).Find(figi) is { } series)
            series.Look(table => Spark(table, text));
        return text.Append("]]").ToString();
    }

    /// <summary>Against the close of the day before, and what was traded today.</summary>
    private (double? Change, double? Volume) DayOf(Figi figi, long time, double last)
    {
        var today = Interval.OneDay.AlignMs(time);
        return tables.Candles(Interval.OneDay).Find(figi)?.Look<(double?, double?)>(table =>
        {
            var index = table.FirstFrom(today);
            double? volume = index < table.Count && table[index].Time == today ? table.Numbers(index)[4] : null;
            double? change = index > 0 && table.Numbers(index - 1)[3] is > 0 and var before ? Math.Round(((last / before) - 1) * 100, 3) : null;
            return (change, volume);
        }) ?? default;
    }

    private static bool Macd(SeriesTable table, StringBuilder text)
    {
        if (table.Count == 0)
        {
            text.Append("null,null,null,null,");
            return false;
        }
        var numbers = table.Numbers(table.Count - 1);
        text.Append(CultureInfo.InvariantCulture, $"{Round(numbers[0])},{Round(numbers[1])},{Round(numbers[2])},");
        var (above, bars) = (numbers[2] >= 0, 0);
        while (bars < MaxBarsSinceCross && bars < table.Count - 1 && table.Numbers(table.Count - 2 - bars)[2] >= 0 == above)
            bars++;
        text.Append(CultureInfo.InvariantCulture, $"{bars},");
        return true;
    }

    private static bool Spark(SeriesTable table, StringBuilder text)
    {
        var (first, most) = (Math.Max(0, table.Count - SparkBars), 1e-12);
        for (var i = first; i < table.Count; i++)
            most = Math.Max(most, Math.Abs(table.Numbers(i)[2]));
        for (var i = first; i < table.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"{(i > first ? "," : "")}{Math.Round(table.Numbers(i)[2] / most * 9)}");
        return true;
    }

    private static double Round(double number) => number == 0 ? 0 : Math.Round(number, 10);

    private static string Json(double? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "null";
}
