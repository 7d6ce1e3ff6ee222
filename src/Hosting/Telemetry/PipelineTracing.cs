using System.Diagnostics;

namespace StockPipeline.Hosting.Telemetry;

/// <summary>The source of all spans. Nobody listens unless a collector is named, and then starting a span costs nothing.</summary>
public static class PipelineTracing
{
    public const string SourceName = "StockPipeline";

    public static readonly ActivitySource Source = new(SourceName);
}
