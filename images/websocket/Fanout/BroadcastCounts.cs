namespace StockPipeline.Websocket.Fanout;

/// <summary>What a broadcaster has done so far, for the metrics.</summary>
public sealed class BroadcastCounts
{
    private long published;
    private long conflated;

    public long FramesPublished => Interlocked.Read(ref published);

    /// <summary>How often a client that had fallen behind was brought up to date with the newest states.</summary>
    public long Conflations => Interlocked.Read(ref conflated);

    internal void Published() => Interlocked.Increment(ref published);

    internal void Conflated(int times) => Interlocked.Add(ref conflated, times);
}
