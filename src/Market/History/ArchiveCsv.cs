using System.Globalization;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Market.History;

/// <summary>
/// The rows of the minute archive: <c>uid;time;open;close;high;low;volume;</c>. Close stands before high and low. No header.
/// </summary>
public static class ArchiveCsv
{
    /// <summary>A day has 1440 minutes; a few rows more are duplicates, very many more are no day.</summary>
    public const int MaxRows = 10_000;

    private const int Columns = 7;

    private const string TimeForm = "yyyy-MM-ddTHH:mm:ssZ";

    /// <summary>A file name ends in <c>_YYYYMMDD.csv</c>.</summary>
    public static bool TryReadDate(string fileName, out DateOnly date)
    {
        date = default;
        var stem = Path.GetFileNameWithoutExtension(fileName);
        return fileName.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) && stem.Length > 8
            && DateOnly.TryParseExact(stem.AsSpan(stem.Length - 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
    }

    /// <exception cref="InvalidDataException">A row is not of this form; the message names the file and the line.</exception>
    public static IReadOnlyList<Candle> Read(TextReader text, string fileName, Figi figi, CandleSource source)
    {
        var byOpen = new SortedDictionary<DateTimeOffset, Candle>();
        var line = 0;
        while (text.ReadLine() is { } row)
        {
            if (++line > MaxRows)
                throw new InvalidDataException($"{fileName} has more than {MaxRows} rows");
            if (row.Length == 0)
                continue;
            try
            {
                var candle = ReadRow(row, figi, source);
                byOpen[candle.OpenTime] = candle;
            }
            catch (Exception broken) when (broken is FormatException or OverflowException)
            {
                throw new InvalidDataException($"{fileName}, line {line}: {broken.Message}", broken);
            }
        }
        return [.. byOpen.Values];
    }

    /// <summary>Writes what <see cref="Read"/> reads.</summary>
    public static void Write(TextWriter text, string uid, Candle candle) => text.Write(string.Create(
        CultureInfo.InvariantCulture,
        $"{uid};{candle.OpenTime.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ};{candle.Open};{candle.Close};{candle.High};{candle.Low};{candle.Volume};\n"));

    private static Candle ReadRow(string row, Figi figi, CandleSource source)
    {
        var fields = row.TrimEnd('\r').TrimEnd(';').Split(';');
        if (fields.Length != Columns)
            throw new FormatException($"{fields.Length} columns, not {Columns}");
        if (!DateTimeOffset.TryParseExact(fields[1], TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            || !Interval.OneMinute.IsAligned(time))
            throw new FormatException($"'{fields[1]}' is not the open of a minute");
        return new Candle
        {
            Figi = figi,
            OpenTime = time,
            Open = Price.Parse(fields[2]),
            Close = Price.Parse(fields[3]),
            High = Price.Parse(fields[4]),
            Low = Price.Parse(fields[5]),
            Volume = long.Parse(fields[6], NumberStyles.None, CultureInfo.InvariantCulture),
            Final = true,
            Source = source,
        };
    }
}
