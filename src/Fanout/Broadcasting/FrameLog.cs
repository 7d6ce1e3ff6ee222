namespace StockPipeline.Fanout.Broadcasting;

/// <summary>
/// The frames all clients get, one after the other in a ring of bytes. A client needs no queue of its own: it is a position in this log.
/// Positions only grow. Guarded by its owner's lock for writing; bytes may be read under it too.
/// </summary>
internal sealed class FrameLog
{
    private readonly byte[] ring;
    private readonly long[] ends;
    private long frames;

    public FrameLog(int capacity)
    {
        ring = new byte[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity)];
        // The shortest frame is far longer than this many bytes, so that the bytes run out before the ends do.
        ends = new long[ring.Length / 16];
    }

    /// <summary>Behind the newest byte.</summary>
    public long Head { get; private set; }

    /// <summary>Bytes this far behind <see cref="Head"/> are still there, older ones are not.</summary>
    public int Capacity => ring.Length;

    public int LongestFrame => ring.Length / 4;

    public void Append(ReadOnlySpan<byte> frame)
    {
        if (frame.Length > LongestFrame || frame.Length < 16)
            throw new ArgumentException($"A frame of {frame.Length} bytes is not between 16 and {LongestFrame}.");
        var at = Index(Head);
        var first = Math.Min(frame.Length, ring.Length - at);
        frame[..first].CopyTo(ring.AsSpan(at));
        frame[first..].CopyTo(ring);
        Head += frame.Length;
        ends[frames++ & (ends.Length - 1)] = Head;
    }

    /// <summary>The bytes from a position on, as far as they lie in one piece and up to a limit.</summary>
    public ReadOnlySpan<byte> From(long position, int limit)
    {
        var at = Index(position);
        return ring.AsSpan(at, (int)Math.Min(Math.Min(Head - position, limit), ring.Length - at));
    }

    /// <summary>The bytes between two positions, in one piece.</summary>
    public byte[] Copy(long from, long to)
    {
        var copy = new byte[to - from];
        for (var done = 0; done < copy.Length;)
        {
            var piece = From(from + done, copy.Length - done);
            piece.CopyTo(copy.AsSpan(done));
            done += piece.Length;
        }
        return copy;
    }

    /// <summary>Where the frame that holds the byte before the position ends: the first boundary at or after the position.</summary>
    public long BoundaryAtOrAfter(long position)
    {
        if (position >= Head || frames == 0)
            return Head;
        long low = Math.Max(0, frames - ends.Length), high = frames - 1;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (ends[middle & (ends.Length - 1)] >= position)
                high = middle;
            else
                low = middle + 1;
        }
        return ends[low & (ends.Length - 1)];
    }

    private int Index(long position) => (int)(position & (ring.Length - 1));
}
