namespace StockPipeline.Fanout.Broadcasting;

/// <summary>What a broadcaster has done so far, for the metrics.</summary>
/// <param name="whenPublished">Told of each frame.</param>
/// <param name="whenConflated">Told how many clients were brought up to date.</param>
public sealed class BroadcastCounts(Action? whenPublished = null, Action<int>? whenConflated = null)
{
    private long published;
    private long conflated;

    public long FramesPublished => Interlocked.Read(ref published);

    /// <summary>How often a client that had fallen behind was brought up to date with the newest states.</summary>
    public long Conflations => Interlocked.Read(ref conflated);

    internal void Published()
    {
        Interlocked.Increment(ref published);
        whenPublished?.Invoke();
    }

    internal void Conflated(int times)
    {
        Interlocked.Add(ref conflated, times);
        whenConflated?.Invoke(times);
    }
}
