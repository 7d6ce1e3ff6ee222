namespace StockPipeline.Fanout.Broadcasting;

/// <summary>
/// The newest word on each of the last candles, that it is gone included, and the newest announcements: what a snapshot is made of, and what a
/// client that fell behind gets. Nothing of it may be lost on the way to such a client, so what no longer fits is remembered as forgotten.
/// </summary>
internal sealed class KeptFrames(int limit)
{
    /// <summary>Announcements kept for clients that fall behind.</summary>
    public const int MaxAnnouncements = 64;

    private readonly SortedList<long, KeptFrame> byTime = [];
    private readonly Dictionary<long, KeptFrame> gone = [];
    private readonly SortedDictionary<long, long> goneByPosition = [];
    private readonly Queue<KeptFrame> announced = new();
    private byte[][]? all;

    public int Count => byTime.Count;

    /// <summary>A client that has not been given the log up to here can no longer be brought up to date with what is kept.</summary>
    public long Forgotten { get; private set; }

    /// <summary>All candles, oldest first: one array for every snapshot until something changes.</summary>
    public byte[][] All => all ??= [.. byTime.Values.Select(kept => kept.Bytes)];

    /// <summary>Keeps the newest state of a candle; one older than all kept ones is not kept where there is no room.</summary>
    /// <param name="openTime">The candle, in milliseconds since the epoch.</param>
    /// <param name="frame">Its newest state as it goes over the wire.</param>
    /// <param name="position">Where the log ended once it had been appended.</param>
    public void Set(long openTime, byte[] frame, long position)
    {
        all = null;
        Return(openTime);
        if (byTime.Count >= limit && !byTime.ContainsKey(openTime))
        {
            if (openTime < byTime.GetKeyAtIndex(0))
            {
                Forget(position);
                return;
            }
            Forget(byTime.GetValueAtIndex(0).Position);
            byTime.RemoveAt(0);
        }
        byTime[openTime] = new KeptFrame(frame, position);
    }

    /// <summary>Whether the frame is what is kept of the candle already.</summary>
    public bool Has(long openTime, ReadOnlySpan<byte> frame) => byTime.TryGetValue(openTime, out var kept) && frame.SequenceEqual(kept.Bytes);

    /// <summary>The candle is in no further snapshot; who fell behind is told so with the frame.</summary>
    public void Remove(long openTime, byte[] frame, long position)
    {
        all = null;
        byTime.Remove(openTime);
        Return(openTime);
        gone[openTime] = new KeptFrame(frame, position);
        goneByPosition[position] = openTime;
        if (gone.Count <= limit)
            return;
        var (first, oldest) = goneByPosition.First();
        Return(oldest);
        Forget(first);
    }

    public void Announce(byte[] frame, long position)
    {
        announced.Enqueue(new KeptFrame(frame, position));
        if (announced.Count > MaxAnnouncements)
            Forget(announced.Dequeue().Position);
    }

    public void Clear()
    {
        all = null;
        byTime.Clear();
        gone.Clear();
        goneByPosition.Clear();
        announced.Clear();
    }

    /// <summary>The candles of a snapshot: the end of the array that all snapshots share.</summary>
    public ArraySegment<byte[]> Snapshot(SnapshotRequest request)
    {
        var first = request.From is { } from ? FirstFrom(from) : Math.Max(0, byTime.Count - request.Last);
        return new ArraySegment<byte[]>(All, first, byTime.Count - first);
    }

    /// <summary>The newest word on everything that changed after a position of the log, in the order it was said.</summary>
    public byte[][] ChangedAfter(long position) =>
        [.. byTime.Values.Concat(gone.Values).Concat(announced).Where(kept => kept.Position > position).OrderBy(kept => kept.Position)
            .Select(kept => kept.Bytes)];

    private int FirstFrom(long openTime)
    {
        var (low, high) = (0, byTime.Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (byTime.GetKeyAtIndex(middle) < openTime)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private void Return(long openTime)
    {
        if (gone.Remove(openTime, out var kept))
            goneByPosition.Remove(kept.Position);
    }

    private void Forget(long position) => Forgotten = Math.Max(Forgotten, position);

    private readonly record struct KeptFrame(byte[] Bytes, long Position);
}
