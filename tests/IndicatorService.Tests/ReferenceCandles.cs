using System.Globalization;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Testing;

namespace StockPipeline.IndicatorServiceTests;

/// <summary>The candles and values that others calculated, which the bare indicators are tested by as well.</summary>
internal static class ReferenceCandles
{
    private const string Folder = "tests/Indicators.Tests/Reference/Data";

    public static List<Candle> Read(string set, Figi figi) =>
    [
        .. Rows($"candles.{set}.csv").Select(row => new Candle
        {
            Figi = figi, OpenTime = DateTimeOffset.Parse(row["time"], CultureInfo.InvariantCulture), Open = Price.Parse(row["open"]),
            High = Price.Parse(row["high"]), Low = Price.Parse(row["low"]), Close = Price.Parse(row["close"]),
            Volume = long.Parse(row["volume"], CultureInfo.InvariantCulture), Final = true, Source = CandleSource.History,
        }),
    ];

    /// <summary>One column: the values by the index of their candle.</summary>
    public static Dictionary<int, double> Column(string file, string column) => Rows(file)
        .Where(row => row.TryGetValue(column, out var text) && text.Length > 0)
        .ToDictionary(row => int.Parse(row["i"], CultureInfo.InvariantCulture), row => double.Parse(row[column], CultureInfo.InvariantCulture));

    public static string[] Header(string file) => File.ReadLines(Path.Combine(RepositoryFolder.PathOf(Folder), file)).First().Split(',');

    private static IEnumerable<Dictionary<string, string>> Rows(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(RepositoryFolder.PathOf(Folder), file));
        var header = lines[0].Split(',');
        return lines.Skip(1).Select(line => line.Split(',').Select((text, index) => (header[index], text)).ToDictionary());
    }
}
