namespace StockPipeline.Hosting.Telemetry;

/// <summary>What Prometheus expects of any process, under the names it knows.</summary>
internal static class ProcessMetrics
{
    public static void Declare(MetricRegistry registry)
    {
        var started = registry.Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        Ask(registry, "process_start_time_seconds", "gauge", "Start of the process, in seconds since 1970.", () => started);
        Ask(registry, "process_resident_memory_bytes", "gauge", "Memory the process holds.", () => Environment.WorkingSet);
        Ask(registry, "process_cpu_seconds_total", "counter", "Processor time the process used.", CpuSeconds);
        Ask(registry, "dotnet_heap_bytes", "gauge", "Managed memory in use.", () => GC.GetTotalMemory(forceFullCollection: false));
        Ask(registry, "dotnet_gc_pause_seconds_total", "counter", "Time spent in pauses of the garbage collector.",
            () => GC.GetTotalPauseDuration().TotalSeconds);
    }

    private static void Ask(MetricRegistry registry, string name, string kind, string help, Func<double> ask) =>
        registry.Family<Func<double>>(name, kind, help, [], (text, family, labels, current) => text.Sample(family.Name, labels, current()))
            .Of([], () => ask);

    private static double CpuSeconds() => Environment.CpuUsage.TotalTime.TotalSeconds;
}
