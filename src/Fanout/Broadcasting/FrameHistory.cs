namespace StockPipeline.Fanout.Broadcasting;

/// <summary>
/// What has been published: every frame in the order of publishing, as far back as there is room, and the newest word on each candle. Guarded
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

    public void Announce(byte[] frame)
    {
        Log.Append(frame);
        kept.Announce(frame, Log.Head);
    }

    /// <summary>Publishes that a candle is gone.</summary>
    public void Remove(long openTime, byte[] frame)
    {
        Log.Append(frame);
        kept.Remove(openTime, frame, Log.Head);
    }

    public void Clear() => kept.Clear();

    /// <summary>What a new client gets: bytes ahead of everything, the candles it asked for in order of time, and the mark.</summary>
    public FrameRun Snapshot(SnapshotRequest request, Func<int, byte[]> mark, byte[] preface)
    {
        var frames = kept.Snapshot(request);
        return new FrameRun(FrameRun.Of(preface), frames, FrameRun.Of(mark(frames.Count)));
    }

    /// <summary>What stands for the whole log after a position: the rest of the frame there, and the newest word on everything since.</summary>
    /// <param name="position">Up to where the log has been handed over.</param>
    /// <param name="boundary">The end of the frame that the position stands in.</param>
    public FrameRun NewestSince(long position, long boundary) =>
        FrameRun.Continuing(Log.Copy(position, boundary), kept.ChangedAfter(boundary));

    /// <summary>Whether what is kept is enough to bring a client at a position up to date.</summary>
    public bool Reaches(long position) => position >= kept.Forgotten;
}
