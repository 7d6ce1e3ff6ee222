using Google.Protobuf;
using StockPipeline.Market.Grpc;

namespace StockPipeline.Simulator.Grpc;

/// <summary>One call: its HTTP exchange and what every reply of the API carries.</summary>
internal sealed class GrpcCall(HttpContext http, string method)
{
    private bool wroteHeaders;

    public HttpContext Http => http;

    public string Method => method;

    public string Token { get; set; } = "";

    public string TrackingId { get; } = Guid.NewGuid().ToString("N");

    public RateLimitReport? RateLimit { get; set; }

    /// <summary>The headers of a reply that has messages.</summary>
    public void WriteHeaders()
    {
        wroteHeaders = true;
        http.Response.ContentType = GrpcHeaders.ContentType;
        http.Response.Headers[GrpcHeaders.TrackingId] = TrackingId;
        RateLimit?.Write((name, value) => http.Response.Headers[name] = value);
    }

    public void Write(IMessage message) => GrpcFrame.Write(http.Response.BodyWriter, message);

    /// <summary>Ends the call with trailers, or with headers alone where nothing was sent.</summary>
    public async Task EndAsync(GrpcStatus status)
    {
        if (http.RequestAborted.IsCancellationRequested)
            return;
        var full = status with { TrackingId = status.Detail.StartsWith("upstream", StringComparison.Ordinal) ? "" : TrackingId };
        if (wroteHeaders || http.Response.HasStarted)
        {
            full.Write((name, value) => http.Response.AppendTrailer(name, value));
        }
        else
        {
            http.Response.ContentType = GrpcHeaders.ContentType;
            RateLimit?.Write((name, value) => http.Response.Headers[name] = value);
            full.Write((name, value) => http.Response.Headers[name] = value);
        }
        await http.Response.CompleteAsync();
    }
}
