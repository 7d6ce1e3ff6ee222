namespace StockPipeline.Hosting.Telemetry;

/// <summary>A number that only grows. Safe from any thread, free of allocations.</summary>
public sealed class Counter
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
