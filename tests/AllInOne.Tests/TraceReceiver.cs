using System.Collections.Concurrent;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StockPipeline.AllInOneTests;

/// <summary>A span as a collector gets it.</summary>
internal sealed record ReceivedSpan(string Trace, string Id, string Parent, string Name);

/// <summary>A collector of OpenTelemetry's protocol (OTLP over HTTP, as protobuf) that keeps the spans it is sent.</summary>
internal sealed class TraceReceiver : IAsyncDisposable
{
    // The numbers of the fields that lead to a span, and of those of a span, in opentelemetry/proto/trace/v1/trace.proto.
    private const int ResourceSpans = 1;
    private const int ScopeSpans = 2;
    private const int Spans = 2;

    private readonly ConcurrentQueue<ReceivedSpan> all = new();
    private readonly WebApplication application;

    private TraceReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        application = builder.Build();
        application.MapPost("/v1/traces", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            Read(body.ToArray(), [ResourceSpans, ScopeSpans, Spans]);
            return Results.Bytes([], "application/x-protobuf");
        });
        foreach (var other in new[] { "/v1/metrics", "/v1/logs" })
            application.MapPost(other, () => Results.Bytes([], "application/x-protobuf"));
    }

    public Uri Address => new(application.Urls.Single());

    public static async Task<TraceReceiver> StartAsync()
    {
        var receiver = new TraceReceiver();
        await receiver.application.StartAsync();
        return receiver;
    }

    /// <summary>Whether spans whose names begin so have come, each the child of the one before.</summary>
    public bool HasPath(params string[] names)
    {
        var byId = all.ToLookup(span => (span.Trace, span.Id));
        return all.Where(span => Is(span, names[^1])).Any(last =>
        {
            var span = last;
            for (var i = names.Length - 2; i >= 0; i--)
            {
                span = byId[(span.Trace, span.Parent)].FirstOrDefault();
                if (span is null || !Is(span, names[i]))
                    return false;
            }
            return span.Parent.Length == 0;
        });
    }

    public IEnumerable<string> Names => all.Select(span => span.Name).Distinct().Order();

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private static bool Is(ReceivedSpan span, string name) => span.Name.StartsWith(name, StringComparison.Ordinal);

    private void Read(byte[] message, ReadOnlySpan<int> path)
    {
        if (path.IsEmpty)
        {
            all.Enqueue(Span(message));
            return;
        }
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == path[0])
                Read(input.ReadBytes().ToByteArray(), path[1..]);
            else
                input.SkipLastField();
        }
    }

    private static ReceivedSpan Span(byte[] message)
    {
        var (input, span) = (new CodedInputStream(message), new ReceivedSpan("", "", "", ""));
        while (input.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1: span = span with { Trace = Hex(input.ReadBytes()) }; break;
                case 2: span = span with { Id = Hex(input.ReadBytes()) }; break;
                case 4: span = span with { Parent = Hex(input.ReadBytes()) }; break;
                case 5: span = span with { Name = input.ReadString() }; break;
                default: input.SkipLastField(); break;
            }
        }
        return span;
    }

    private static string Hex(ByteString bytes) => Convert.ToHexString(bytes.Span);
}
