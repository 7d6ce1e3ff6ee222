namespace StockPipeline.Websocket.Fanout;

/// <summary>The newest frame of each of the last candles: what a snapshot is made of and what a client that fell behind gets.</summary>
internal sealed class KeptFrames(int limit)
{
    private readonly SortedList<long, KeptFrame> byTime = [];

    public int Count => byTime.Count;

    /// <summary>Keeps the newest state of a candle; one older than all kept ones is not kept where there is no room.</summary>
    /// <param name="openTime">The candle, in milliseconds since the epoch.</param>
    /// <param name="frame">Its newest state as it goes over the wire.</param>
    /// <param name="position">Where the log ended once it had been appended.</param>
    public void Set(long openTime, byte[] frame, long position)
    {
        if (byTime.Count >= limit && !byTime.ContainsKey(openTime))
        {
            if (openTime < byTime.GetKeyAtIndex(0))
                return;
            byTime.RemoveAt(0);
        }
        byTime[openTime] = new KeptFrame(frame, position);
    }

    /// <summary>Whether the frame is what is kept of the candle already.</summary>
    public bool Has(long openTime, ReadOnlySpan<byte> frame) => byTime.TryGetValue(openTime, out var kept) && frame.SequenceEqual(kept.Bytes);

    public void Remove(long openTime) => byTime.Remove(openTime);

    public void Clear() => byTime.Clear();

    /// <summary>Frames of the newest candles, oldest first.</summary>
    public IEnumerable<byte[]> Last(int count)
    {
        for (var i = Math.Max(0, byTime.Count - count); i < byTime.Count; i++)
            yield return byTime.GetValueAtIndex(i).Bytes;
    }

    /// <summary>Frames of the candles from an open time on, oldest first.</summary>
    public IEnumerable<byte[]> From(long openTime) => byTime.Where(kept => kept.Key >= openTime).Select(kept => kept.Value.Bytes);

    /// <summary>The newest state of each candle that changed after a position of the log, in the order of their last changes.</summary>
    public IEnumerable<byte[]> ChangedAfter(long position) =>
        byTime.Values.Where(kept => kept.Position > position).OrderBy(kept => kept.Position).Select(kept => kept.Bytes);

    private readonly record struct KeptFrame(byte[] Bytes, long Position);
}
