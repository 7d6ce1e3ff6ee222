using StockPipeline.Websocket.Protocol;

namespace StockPipeline.Websocket.Fanout;

/// <summary>
/// What has been published: every frame in the order of publishing, as far back as there is room, and the newest frame of each candle. Guarded
/// by the broadcaster's lock.
/// </summary>
internal sealed class FrameHistory(FanoutLimits limits)
{
    private readonly KeptFrames kept = new(limits.KeptCandles);

    public FrameLog Log { get; } = new(limits.LogBytes);

    public int KeptCandles => kept.Count;

    /// <returns>False where the frame says nothing new of its candle; it is then not published.</returns>
    public bool TryPublish(long openTime, byte[] frame)
    {
        if (kept.Has(openTime, frame))
            return false;
        Log.Append(frame);
        kept.Set(openTime, frame, Log.Head);
        return true;
    }

    /// <summary>Keeps a frame as the newest state of its candle without publishing it.</summary>
    public void Preload(long openTime, byte[] frame) => kept.Set(openTime, frame, Log.Head);

    public void Announce(byte[] frame) => Log.Append(frame);

    public void Remove(long openTime) => kept.Remove(openTime);

    public void Clear() => kept.Clear();

    /// <summary>What a new client gets: bytes ahead of everything, the candles it asked for in order of time, and the mark.</summary>
    public byte[] Snapshot(SnapshotRequest request, Func<int, byte[]> mark, byte[] preface)
    {
        var frames = (request.From is { } from ? kept.From(from) : kept.Last(request.Last)).ToList();
        return ServerFrame.Join([preface, .. frames, mark(frames.Count)]);
    }

    /// <summary>What stands for the whole log after a position: the rest of the frame there, and the newest state of each candle since.</summary>
    /// <param name="position">Up to where the log has been handed over.</param>
    /// <param name="boundary">The end of the frame that the position stands in.</param>
    public byte[] NewestSince(long position, long boundary) => ServerFrame.Join([Log.Copy(position, boundary), .. kept.ChangedAfter(boundary)]);
}
