namespace StockPipeline.Hosting.Telemetry;

/// <summary>
/// The age, in seconds, of the newest thing seen: worked out when it is asked for, so it keeps growing when nothing comes any more. NaN until
/// something was seen. Safe from any thread, free of allocations.
/// </summary>
public sealed class Age(TimeProvider clock)
{
    private long newestTicks = long.MinValue;

    public double Value
    {
        get
        {
            var ticks = Interlocked.Read(ref newestTicks);
            return ticks == long.MinValue ? double.NaN : TimeSpan.FromTicks(clock.GetUtcNow().UtcTicks - ticks).TotalSeconds;
        }
    }

    /// <summary>Notes something of that instant; an older one than the newest changes nothing.</summary>
    public void Seen(DateTimeOffset instant)
    {
        var ticks = instant.UtcTicks;
        var before = Interlocked.Read(ref newestTicks);
        while (ticks > before)
        {
            var found = Interlocked.CompareExchange(ref newestTicks, ticks, before);
            if (found == before)
                return;
            before = found;
        }
    }
}
