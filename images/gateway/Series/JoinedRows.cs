using System.Buffers;

namespace StockPipeline.Gateway.Series;

/// <summary>
/// Rows of a series in order of time, of which the older ones were read out of the topic and the newer ones are those that are kept.
/// </summary>
internal sealed class JoinedRows
{
    private readonly SeriesTable? older;
    private readonly RowBlock kept;
    private readonly RowText text;
    private readonly int before;

    /// <param name="older">All rows as the topic had them; nothing where those that are kept will do.</param>
    /// <param name="kept">The rows that are kept.</param>
    /// <param name="text">Writes the older ones.</param>
    public JoinedRows(SeriesTable? older, RowBlock kept, RowText text)
    {
        (this.older, this.kept, this.text) = (older, kept, text);
        before = older is null ? 0 : kept.Count == 0 ? older.Count : older.FirstFrom(kept.TimeAt(0));
    }

    /// <summary>Rows that are all of one table.</summary>
    public JoinedRows(SeriesTable rows, RowText text)
        : this(rows, RowBlock.Empty, text)
    {
    }

    public int Count => before + kept.Count;

    public long Position => kept.Position;

    public long TimeAt(int index) => index < before ? older![index].Time : kept.TimeAt(index - before);

    public int FirstFrom(long time) =>
        before > 0 && (kept.Count == 0 || time < kept.TimeAt(0)) ? older!.FirstFrom(time) : before + kept.FirstFrom(time);

    /// <summary>Whether all of them are written already.</summary>
    public bool AreWritten => before == 0;

    /// <summary>Bytes of rows that are written already, each with a comma and its opening brace ahead.</summary>
    public long LengthOf(int index, int end)
    {
        var length = 0L;
        while (index < end)
        {
            length += kept.Run(index - before, end - before, out var count).Length;
            index += count;
        }
        return length;
    }

    /// <summary>Writes rows as they stand in an array, the first without the comma ahead of it: as many as are at hand together.</summary>
    /// <returns>How many.</returns>
    public int Write(int index, int end, bool isFirst, IBufferWriter<byte> body)
    {
        if (index >= before)
        {
            var run = kept.Run(index - before, end - before, out var count);
            body.Write(isFirst ? run[1..] : run);
            return count;
        }
        body.Write(isFirst ? "{"u8 : ",{"u8);
        body.Advance(text.Write(older![index], older.Numbers(index), body.GetSpan(text.Room)));
        return 1;
    }
}
