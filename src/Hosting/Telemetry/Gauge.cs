namespace StockPipeline.Hosting.Telemetry;

/// <summary>A number that goes up and down. Safe from any thread, free of allocations.</summary>
public sealed class Gauge
{
    private double current;

    public double Value => Volatile.Read(ref current);

    public void Set(double value) => Volatile.Write(ref current, value);

    public void Add(double by) => Atomic.Add(ref current, by);
}
