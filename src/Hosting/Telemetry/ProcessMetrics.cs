using System.Diagnostics.Metrics;

namespace StockPipeline.Hosting.Telemetry;

/// <summary>Measures what Prometheus expects of any process, under the names it knows.</summary>
internal static class ProcessMetrics
{
    public static void Declare(Meter meter, TimeProvider clock)
    {
        var started = clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        meter.CreateObservableGauge("process_start_time_seconds", () => started, null, "Start of the process, in seconds since 1970.");
        meter.CreateObservableGauge("process_resident_memory_bytes", () => Environment.WorkingSet, null, "Memory the process holds.");
        meter.CreateObservableCounter("process_cpu_seconds_total", () => Environment.CpuUsage.TotalTime.TotalSeconds, null,
            "Processor time the process used.");
        meter.CreateObservableGauge("dotnet_heap_bytes", () => GC.GetTotalMemory(forceFullCollection: false), null, "Managed memory in use.");
        meter.CreateObservableCounter("dotnet_gc_pause_seconds_total", () => GC.GetTotalPauseDuration().TotalSeconds, null,
            "Time spent in pauses of the garbage collector.");
    }
}
