namespace StockPipeline.Hosting.Telemetry;

/// <summary>How often which size occurred. Safe from any thread, free of allocations.</summary>
public sealed class Histogram
{
    public const int MaxBounds = 50;

    private readonly double[] bounds;
    private readonly long[] counts;
    private double sum;

    /// <param name="bounds">The upper bounds of the buckets, inclusive and rising; a last one without bound is added.</param>
    public Histogram(params double[] bounds)
    {
        if (bounds.Length is 0 or > MaxBounds)
            throw new ArgumentException($"A histogram has from 1 to {MaxBounds} bounds.", nameof(bounds));
        for (var i = 0; i < bounds.Length; i++)
        {
            if (!double.IsFinite(bounds[i]) || (i > 0 && bounds[i] <= bounds[i - 1]))
                throw new ArgumentException("The bounds are finite and rising.", nameof(bounds));
        }
        this.bounds = [.. bounds];
        counts = new long[bounds.Length + 1];
    }

    /// <summary>From a tenth of a millisecond to ten seconds, in seconds.</summary>
    public static double[] Latencies => [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    public double Sum => Volatile.Read(ref sum);

    internal ReadOnlySpan<double> Bounds => bounds;

    public void Observe(double value)
    {
        if (double.IsNaN(value))
            return;
        var index = 0;
        while (index < bounds.Length && value > bounds[index])
            index++;
        Interlocked.Increment(ref counts[index]);
        Atomic.Add(ref sum, value);
    }

    public void Observe(TimeSpan duration) => Observe(duration.TotalSeconds);

    /// <summary>How many fell into the bucket alone, not into those below it.</summary>
    internal long CountIn(int bucket) => Interlocked.Read(ref counts[bucket]);
}
