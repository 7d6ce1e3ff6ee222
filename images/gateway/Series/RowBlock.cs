namespace StockPipeline.Gateway.Series;

/// <summary>
/// The newest rows of a series as they go over the wire, one after the other, shared by everybody who asks until the series changes.
/// </summary>
/// <param name="Bytes">Rows without their opening brace.</param>
/// <param name="Ends">Where each of them ends.</param>
/// <param name="Times">Their times.</param>
/// <param name="Position">Up to where of the log they tell.</param>
internal sealed record RowBlock(byte[] Bytes, int[] Ends, long[] Times, long Position)
{
    public int Count => Ends.Length;

    public ReadOnlySpan<byte> this[int index] => Bytes.AsSpan(index == 0 ? 0 : Ends[index - 1], Ends[index] - (index == 0 ? 0 : Ends[index - 1]));

    /// <summary>The rows from one time on and before another: the first, how many, where their bytes begin and how many those are.</summary>
    public (int First, int Count, int Start, int Length) Between(long from, long before)
    {
        var (first, end) = (FirstFrom(from), FirstFrom(before));
        if (end <= first)
            return default;
        var start = first == 0 ? 0 : Ends[first - 1];
        return (first, end - first, start, Ends[end - 1] - start);
    }

    /// <summary>The first row at or after a time.</summary>
    public int FirstFrom(long time)
    {
        var found = Array.BinarySearch(Times, time);
        return found < 0 ? ~found : found;
    }
}
