using StockPipeline.Hosting.Telemetry;

namespace StockPipeline.Hosting.Status;

/// <summary>The health of all services of a process, and whether it is about to stop. Safe from any thread.</summary>
internal sealed class StatusBoard(IReadOnlyList<Health> services, MetricRegistry metrics)
{
    private volatile bool stopping;

    public IReadOnlyList<Health> Services => services;

    public MetricRegistry Metrics => metrics;

    /// <summary>A process about to stop gets no new work.</summary>
    public bool IsStopping => stopping;

    public void Stop() => stopping = true;
}
