using System.Runtime.InteropServices;

namespace StockPipeline.Indicators.Series;

/// <summary>The values that a calculation has changed, in order of time, with their lines. Used again for the next one; grows as needed.</summary>
public sealed class ValueChanges(int lines)
{
    /// <summary>Changes there is room for between two calculations; what a whole history took is given back.</summary>
    private const int MaxKept = 256;

    private readonly List<ValueChange> changes = [];
    private readonly List<double> values = [];

    public int Lines => lines;

    public int Count => changes.Count;

    /// <summary>One of them was a final value before.</summary>
    public bool HasRepairs { get; private set; }

    public ValueChange this[int index] => changes[index];

    /// <summary>The lines of a change: not a number where a line has no value yet, and all of them where the value is withdrawn.</summary>
    public ReadOnlySpan<double> LinesOf(int index) => CollectionsMarshal.AsSpan(values).Slice(index * lines, lines);

    internal Span<double> WritableLinesOf(int index) => CollectionsMarshal.AsSpan(values).Slice(index * lines, lines);

    public void Add(in ValueChange change, ReadOnlySpan<double> newLines)
    {
        changes.Add(change);
        values.AddRange(newLines);
        HasRepairs |= change.WasFinal;
    }

    /// <summary>Forgets the changes, and gives back room that only a long history took.</summary>
    public void Clear()
    {
        Reset();
        if (changes.Capacity <= MaxKept)
            return;
        changes.Capacity = 0;
        values.Capacity = 0;
    }

    /// <summary>Forgets the changes and keeps the room, where one history follows another.</summary>
    public void Reset()
    {
        changes.Clear();
        values.Clear();
        HasRepairs = false;
    }
}
