using System.Globalization;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Indicators.Candles;
using StockPipeline.Indicators.Catalogue;
using StockPipeline.Testing;

namespace StockPipeline.IndicatorsTests.Reference;

/// <summary>
/// One file of reference values, which somebody calculated from our definitions in exact arithmetic: a row for a candle, a column for a line of an
/// indicator. Columns named after another library hold what that one gives where it differs, and <c>=</c> where it does not.
/// </summary>
internal sealed class ReferenceTable
{
    private const string Folder = "tests/Indicators.Tests/Reference/Data";

    private readonly string[] header;
    private readonly List<string[]> rows;

    private ReferenceTable(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(RepositoryFolder.PathOf(Folder), file));
        header = lines[0].Split(',');
        rows = [.. lines.Skip(1).Select(line => line.Split(','))];
    }

    public static ReferenceTable Read(string file) => new(file);

    public static IEnumerable<string> Files => Directory.EnumerateFiles(RepositoryFolder.PathOf(Folder)).Select(path => Path.GetFileName(path)!)
        .Order(StringComparer.Ordinal);

    public IReadOnlyList<string> Header => header;

    public IReadOnlyList<string[]> Rows => rows;

    /// <summary>The text at each index that has a row; empty where there is no value.</summary>
    public IEnumerable<(int Index, string Text)> Column(string name)
    {
        var column = Array.IndexOf(header, name);
        return rows.Select(row => (int.Parse(row[0], CultureInfo.InvariantCulture), column < row.Length ? row[column] : string.Empty));
    }

    /// <summary>The candles of a set; one a minute unless the set says otherwise.</summary>
    public static List<CandleRow> Candles(string set)
    {
        var table = Read($"candles.{set}.csv");
        int At(string name) => Array.IndexOf(table.header, name);
        double Value(string[] row, string name) => Number(row[At(name)]);
        return [.. table.rows.Select(row => new CandleRow(
            DateTimeOffset.Parse(row[At("time")], CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(), Price.Parse(row[At("close")]),
            Value(row, "open"), Value(row, "high"), Value(row, "low"), Value(row, "volume"), Final: true))];
    }

    public static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>The indicator of a column such as <c>20-2/upper</c> in a file such as <c>bbands.walk.csv</c>.</summary>
    public static Indicator IndicatorOf(string name, string parameters)
    {
        var kind = IndicatorCatalogue.Kind(name == "bbands" ? "bollinger" : name);
        return kind.With([.. parameters.Split('-', StringSplitOptions.RemoveEmptyEntries).Where(part => char.IsAsciiDigit(part[0])).Select(Number)]);
    }

    /// <summary>The line of the indicator that a column holds; -1 where it is a variant that we do not have.</summary>
    public static int LineOf(Indicator indicator, string line) =>
        indicator.Description.Lines.Select(one => one.Name).ToList().IndexOf(line);
}
