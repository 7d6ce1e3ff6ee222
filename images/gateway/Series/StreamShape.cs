using System.Text;

namespace StockPipeline.Gateway.Series;

/// <summary>What the rows of one kind of topic are called on the wire: the numbers of a row and the count of its corrections.</summary>
internal sealed class StreamShape
{
    public static readonly StreamShape Candles = new("candles", ["open", "high", "low", "close", "volume"], "revision");

    public static readonly StreamShape Macd = new("macd", ["main_line", "signal_line", "histogram", "close"], "epoch");

    private readonly byte[][] columnNames;

    public StreamShape(string name, IReadOnlyList<string> columns, string count)
    {
        Name = name;
        Columns = columns;
        columnNames = [.. columns.Select(column => Encoding.UTF8.GetBytes($",\"{column}\":"))];
        CountName = Encoding.UTF8.GetBytes($",\"{count}\":");
    }

    /// <summary>What clients subscribe to.</summary>
    public string Name { get; }

    /// <summary>The numbers of a row, in order.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Repairs of derived values are announced by their epoch; candles are corrected one by one.</summary>
    public bool HasEpochs => this != Candles;

    public ReadOnlySpan<byte> ColumnName(int column) => columnNames[column];

    public byte[] CountName { get; }

    public override string ToString() => Name;
}
