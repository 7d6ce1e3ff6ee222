using System.Text;
using StockPipeline.Indicators.Catalogue;

namespace StockPipeline.Gateway.Series;

/// <summary>
/// Names the rows of one kind of topic on the wire, their numbers and the count of their corrections, and says how charts draw them.
/// </summary>
internal sealed class StreamShape
{
    private const string Close = "close";

    public static readonly StreamShape Candles = new("candles", ["open", "high", "low", Close, "volume"], "revision")
    {
        Title = "Candles", Label = "candles", IsOverlay = true,
    };

    /// <summary>MACD has a record of its own, with names of its own.</summary>
    public static readonly StreamShape Macd = new("macd", ["main_line", "signal_line", "histogram", Close], "epoch")
    {
        Title = IndicatorCatalogue.Kind("macd").Description.Title, Label = IndicatorCatalogue.Kind("macd").With().ToString(), Levels = [0],
        Lines = [new("main_line"), new("signal_line"), new("histogram", LineStyle.Histogram)],
    };

    private readonly byte[][] columnNames;

    private StreamShape(string name, IReadOnlyList<string> columns, string count)
    {
        Name = name;
        Columns = columns;
        columnNames = [.. columns.Select(column => Encoding.UTF8.GetBytes($",\"{column}\":"))];
        CountName = Encoding.UTF8.GetBytes($",\"{count}\":");
    }

    /// <summary>What clients subscribe to; of an indicator its slug.</summary>
    public string Name { get; }

    /// <summary>As people call it.</summary>
    public required string Title { get; init; }

    /// <summary>With its parameters, as <c>rsi(14)</c>.</summary>
    public required string Label { get; init; }

    /// <summary>Drawn over the candles, and not below them.</summary>
    public bool IsOverlay { get; init; }

    /// <summary>Heights that mean something, as 30 and 70 do for RSI.</summary>
    public IReadOnlyList<double> Levels { get; init; } = [];

    /// <summary>How the numbers of a value are drawn; nothing for candles.</summary>
    public IReadOnlyList<LineDescription> Lines { get; init; } = [];

    /// <summary>The numbers of a row, in order.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Repairs of derived values are announced by their epoch; candles are corrected one by one.</summary>
    public bool HasEpochs => this != Candles;

    public byte[] CountName { get; }

    /// <summary>Any indicator but the usual MACD: its lines by their names, then the close.</summary>
    public static StreamShape Of(Indicator indicator)
    {
        var about = indicator.Description;
        return new StreamShape(indicator.Slug, [.. about.Lines.Select(line => line.Name), Close], "epoch")
        {
            Title = about.Title, Label = indicator.ToString(), IsOverlay = about.IsOverlay, Levels = about.Levels, Lines = about.Lines,
        };
    }

    public ReadOnlySpan<byte> ColumnName(int column) => columnNames[column];

    public override string ToString() => Name;
}
