namespace StockPipeline.Bench.Measure;

/// <summary>Counts latencies by steps of ten microseconds; what takes longer than the last step counts there.</summary>
public sealed class LatencyHistogram
{
    private const int Steps = 500_000;
    private const double StepsPerMillisecond = 100;

    private readonly long[] counts = new long[Steps];

    public long Count { get; private set; }

    public void Add(TimeSpan latency)
    {
        counts[Math.Clamp((int)(latency.TotalMilliseconds * StepsPerMillisecond), 0, Steps - 1)]++;
        Count++;
    }

    /// <returns>Milliseconds, NaN where nothing was counted.</returns>
    public double Percentile(double percent)
    {
        var left = (long)Math.Ceiling(Count * percent / 100);
        for (var step = 0; step < Steps && Count > 0; step++)
        {
            left -= counts[step];
            if (left <= 0)
                return (step + 1) / StepsPerMillisecond;
        }
        return double.NaN;
    }
}
