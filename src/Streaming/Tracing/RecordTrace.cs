using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using StockPipeline.Contracts.Tracing;

namespace StockPipeline.Streaming.Tracing;

/// <summary>
/// Carries a trace through topics: what is sent within a sampled span takes it along in a header, as W3C writes it, and whoever takes the record
/// up goes on with it. Nothing is read, written or made while nobody listens.
/// </summary>
internal static class RecordTrace
{
    /// <summary>The header's name, by the recommendation of W3C.</summary>
    public const string Header = "traceparent";

    /// <summary>Traces that meet in one batch and are noted; of any more the batch says nothing.</summary>
    public const int MaxTraces = 16;

    /// <summary>Version, trace, span and flags, with their dashes.</summary>
    private const int Length = 55;

    /// <summary>The headers for a record to be sent: with the span at hand where that is sampled, otherwise as they are.</summary>
    public static Headers? AddTo(Headers? headers)
    {
        if (!PipelineTracing.IsOn || Activity.Current is not { Recorded: true, IdFormat: ActivityIdFormat.W3C, Id: { } id })
            return headers;
        headers ??= [];
        headers.Remove(Header);
        headers.Add(Header, Encoding.ASCII.GetBytes(id));
        return headers;
    }

    /// <summary>What the header of a record says; null where it has none that could be one.</summary>
    public static string? Read(Headers? headers) =>
        headers is { Count: > 0 } && headers.TryGetLastBytes(Header, out var bytes) && bytes is { Length: Length }
            ? Encoding.ASCII.GetString(bytes)
            : null;

    /// <summary>Begins the span of a batch: it goes on with the first of the traces in it and is linked to the others.</summary>
    /// <returns>Null where there is no trace to go on with.</returns>
    public static Activity? Begin(string service, string topic, int partition, int records, params ReadOnlySpan<string> traces)
    {
        ActivityContext? parent = null;
        List<ActivityLink>? links = null;
        foreach (var trace in traces)
        {
            if (!ActivityContext.TryParse(trace, null, isRemote: true, out var context))
                continue;
            if (parent is null)
                parent = context;
            else if (parent.Value.TraceId != context.TraceId)
                (links ??= []).Add(new ActivityLink(context));
        }
        if (parent is not { } first)
            return null;
        var span = PipelineTracing.Source.StartActivity($"process {topic}", ActivityKind.Consumer, first, tags: null, links);
        if (span is null)
            return null;
        // The names that OpenTelemetry has for messages.
        span.SetTag("messaging.system", "kafka").SetTag("messaging.operation.type", "process").SetTag("messaging.destination.name", topic);
        span.SetTag("messaging.destination.partition.id", partition).SetTag("messaging.batch.message_count", records);
        return span.SetTag("messaging.client.id", service);
    }
}
