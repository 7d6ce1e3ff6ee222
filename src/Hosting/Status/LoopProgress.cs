namespace StockPipeline.Hosting.Status;

/// <summary>
/// The pulse of one loop. A loop that waits for input beats at every look, whether or not there was any; one that has not beaten for longer
/// than it may is dead, and the process then no longer counts as alive. Safe from any thread, free of allocations.
/// </summary>
public sealed class LoopProgress
{
    private readonly TimeProvider clock;
    private long lastBeat;
    private int hasBeaten;

    internal LoopProgress(string name, TimeSpan staleAfter, TimeProvider clock)
    {
        Name = name;
        StaleAfter = staleAfter;
        this.clock = clock;
        lastBeat = clock.GetTimestamp();
    }

    public string Name { get; }

    public TimeSpan StaleAfter { get; }

    /// <summary>Time since the last beat, or since the loop was announced where there was none yet.</summary>
    public TimeSpan Age => clock.GetElapsedTime(Interlocked.Read(ref lastBeat));

    public bool HasBeaten => Volatile.Read(ref hasBeaten) == 1;

    public bool IsStale => Age > StaleAfter;

    public void Beat()
    {
        Interlocked.Exchange(ref lastBeat, clock.GetTimestamp());
        Volatile.Write(ref hasBeaten, 1);
    }
}
