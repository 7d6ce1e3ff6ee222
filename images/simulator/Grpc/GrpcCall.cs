using Google.Protobuf;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using StockPipeline.Market.Grpc;
using StockPipeline.Simulator.Faults;

namespace StockPipeline.Simulator.Grpc;

/// <summary>One call: its HTTP exchange and what every reply of the API carries.</summary>
internal sealed class GrpcCall(HttpContext http, string method)
{
    /// <summary>CANCEL of HTTP/2, with which the API resets its streams.</summary>
    private const int CancelErrorCode = 8;

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

    /// <summary>Ends the call as a server or a network does that cannot end it well.</summary>
    public void Break(DropManner manner)
    {
        if (manner == DropManner.GoAway)
            http.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>().RequestClose();
        if (manner == DropManner.Abort)
            http.Features.GetRequiredFeature<IConnectionLifetimeFeature>().Abort();
        else
            http.Features.GetRequiredFeature<IHttpResetFeature>().Reset(CancelErrorCode);
    }
}
