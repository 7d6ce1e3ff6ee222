using System.Diagnostics.Metrics;

namespace StockPipeline.Hosting.Telemetry;

/// <summary>One series of a metric: a number that is read when somebody looks.</summary>
public interface ISeries
{
    double Value { get; }
}

/// <summary>A number that only grows. Safe from any thread, free of allocations.</summary>
public sealed class Counter : ISeries
{
    private double total;

    public double Value => Volatile.Read(ref total);

    public void Increment() => Increment(1);

    public void Increment(double by)
    {
        if (!(by >= 0) || double.IsInfinity(by))
            throw new ArgumentOutOfRangeException(nameof(by), by, "A counter only grows, by finite amounts.");
        Atomic.Add(ref total, by);
    }
}

/// <summary>A number that goes up and down. Safe from any thread, free of allocations.</summary>
public sealed class Gauge : ISeries
{
    private double current;

    public double Value => Volatile.Read(ref current);

    public void Set(double value) => Volatile.Write(ref current, value);

    public void Add(double by) => Atomic.Add(ref current, by);
}

/// <summary>
/// The age, in seconds, of the newest thing seen: worked out when it is asked for, so it keeps growing when nothing comes any more. NaN until
/// something was seen. Safe from any thread, free of allocations.
/// </summary>
public sealed class Age(TimeProvider clock) : ISeries
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

/// <summary>How often which size occurred. Safe from any thread, free of allocations.</summary>
public sealed class SizeHistogram
{
    private readonly Histogram<double> instrument;
    private readonly KeyValuePair<string, object?> service;

    internal SizeHistogram(Histogram<double> instrument, string service)
    {
        this.instrument = instrument;
        this.service = new KeyValuePair<string, object?>("service", service);
    }

    public void Observe(double value) => instrument.Record(value, service);

    public void Observe(TimeSpan duration) => Observe(duration.TotalSeconds);
}

/// <summary>
/// The series of one name, one for each set of label values. Look a series up once and keep it; counting on it is then free of allocations.
/// </summary>
public sealed class Labelled<TSeries> where TSeries : class, ISeries
{
    private readonly Family<TSeries> family;
    private readonly string service;

    internal Labelled(Family<TSeries> family, string service)
    {
        this.family = family;
        this.service = service;
    }

    /// <summary>Finds the series of these values, in the order the labels were declared in; past the limit a shared one named "other".</summary>
    public TSeries With(params string[] values) => family.With([service, .. values]);
}

internal static class Atomic
{
    public static void Add(ref double target, double by)
    {
        var seen = Volatile.Read(ref target);
        while (true)
        {
            var before = Interlocked.CompareExchange(ref target, seen + by, seen);
            // Compared by bits: two NaN are not equal, and the loop would never end.
            if (BitConverter.DoubleToInt64Bits(before) == BitConverter.DoubleToInt64Bits(seen))
                return;
            seen = before;
        }
    }
}
