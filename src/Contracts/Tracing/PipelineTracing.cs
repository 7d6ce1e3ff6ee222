using System.Diagnostics;

namespace StockPipeline.Contracts.Tracing;

/// <summary>Holds the source of all spans. Nobody listens unless a collector is named, and then starting a span costs nothing.</summary>
public static class PipelineTracing
{
    public const string SourceName = "StockPipeline";

    public static readonly ActivitySource Source = new(SourceName);

    /// <summary>Whether anybody listens: the question to ask before anything is made for a span.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>Begins a span with which something enters the pipeline, or continues what is being done already.</summary>
    /// <returns>Null where nobody listens.</returns>
    public static Activity? Begin(string name, string subject, int count)
    {
        if (!IsOn || Source.StartActivity(name, ActivityKind.Producer) is not { } span)
            return null;
        span.SetTag("stockpipeline.subject", subject);
        return span.SetTag("messaging.batch.message_count", count);
    }
}
