namespace StockPipeline.Broker.Storage;

/// <summary>
/// Appends to a file whose end is known. What a failed write left behind the end would stand in front of all that follows: it is cut off
/// at once or, while the disk refuses that as well, before the next write. One thread at a time.
/// </summary>
internal sealed class TailWriter(IDiskFile file)
{
    private bool isTorn;

    /// <summary>All of it or, with an <see cref="IOException"/>, nothing.</summary>
    public void Append(ReadOnlySpan<byte> bytes, long end, bool flush = false)
    {
        if (isTorn)
            file.SetLength(end);
        isTorn = true;
        try
        {
            file.Write(bytes, end);
            if (flush)
                file.Flush();
            isTorn = false;
        }
        finally
        {
            if (isTorn)
                TryCut(end);
        }
    }

    private void TryCut(long end)
    {
        try
        {
            file.SetLength(end);
            isTorn = false;
        }
        catch (IOException)
        {
            // The failure that left the tail reaches the caller; the next write tries again to remove it, and fails if it cannot.
            isTorn = true;
        }
    }
}
