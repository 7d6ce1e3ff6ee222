namespace StockPipeline.Workers;

/// <summary>
/// Keeps the heap of a process with much that lives long near the size of what lives. What passes through such a process by the hundred thousand
/// grows old before it dies, and the collector lets the old part of the heap double before it looks there. Safe from any thread.
/// </summary>
public static class OldGarbage
{
    /// <summary>Whatever lives, so much more may be there before it is looked for.</summary>
    private const long Slack = 16 * 1024 * 1024;

    private static readonly Lock Gate = new();
    private static long alive;

    /// <summary>Collects where the heap has grown by a quarter since the last time; to be called now and then, between two pieces of work.</summary>
    public static void CollectIfGrown()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) <= Volatile.Read(ref alive) / 4 * 5 + Slack || !Gate.TryEnter())
            return;
        try
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            Volatile.Write(ref alive, GC.GetTotalMemory(forceFullCollection: false));
        }
        finally
        {
            Gate.Exit();
        }
    }
}
