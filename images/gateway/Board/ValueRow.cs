using System.Globalization;
using System.Text;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Gateway.Series;

namespace StockPipeline.Gateway.Board;

/// <summary>The newest value of one indicator, for a column of its own on the board: whoever wants it follows it beside the board.</summary>
internal sealed class ValueRow(SeriesTopic topic) : IBoardRow
{
    /// <summary>Digits that are worth an update.</summary>
    private const int Digits = 8;

    public IReadOnlyList<string> Columns { get; } = ["figi", .. topic.Shape.Columns.SkipLast(1), "final", "time"];

    public IReadOnlyList<SeriesTopic> Topics { get; } = [topic];

    public string? Of(Figi figi, DateTimeOffset now) => topic.Find(figi) is { Count: > 0 } series
        ? series.Look(table => table.Count == 0 ? null : Write(figi, table))
        : null;

    private static string Write(Figi figi, SeriesTable table)
    {
        var row = table[table.Count - 1];
        var numbers = table.Numbers(table.Count - 1);
        var text = new StringBuilder(96).Append(CultureInfo.InvariantCulture, $"[\"{figi.Value}\"");
        foreach (var number in numbers[..^1])
        {
            if (double.IsFinite(number))
                text.Append(CultureInfo.InvariantCulture, $",{Math.Round(number, Digits)}");
            else
                text.Append(",null");
        }
        return text.Append(row.Final ? ",true" : ",false").Append(CultureInfo.InvariantCulture, $",\"{RowText.Instant(row.Time)}\"]").ToString();
    }
}
