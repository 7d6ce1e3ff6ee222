using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;
using StockPipeline.Market.Api;
using StockPipeline.Market.Limits;

namespace StockPipeline.Market.Errors;

/// <summary>Says whose word a status is.</summary>
public enum StatusOrigin
{
    /// <summary>The API's own, or that of a proxy which speaks gRPC.</summary>
    Api,

    /// <summary>Something in between has answered that speaks no gRPC: a proxy's page, a guard, a wrong address.</summary>
    Stranger,

    /// <summary>Nobody has answered, or what came could not be read: the connection, the encryption, the frames.</summary>
    Network,
}

/// <summary>Says how a call ended, and who says so: a status code alone cannot tell a verdict from a broken line.</summary>
/// <param name="Code">The standard code.</param>
/// <param name="Detail">The API's own numeric code as text, or any text of who else said it.</param>
public sealed record CallStatus(StatusCode Code, string Detail = "")
{
    public StatusOrigin Origin { get; init; }

    /// <summary>The text of the error in English, where the server gave one.</summary>
    public string Text { get; init; } = "";

    /// <summary>What the broker's support asks for.</summary>
    public string TrackingId { get; init; } = "";

    public RateLimitReport? RateLimit { get; init; }

    /// <summary>The T-Invest code, or null when the detail is no number: the error came from elsewhere.</summary>
    public int? ApiCode => int.TryParse(Detail, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : null;

    /// <summary>Reads a failed call: what lies under the status first, for gRPC calls a reset, a silent peer and an unknown root by the names
    /// of the API's own verdicts.</summary>
    public static CallStatus Of(RpcException failed)
    {
        var (code, detail) = (failed.StatusCode, failed.Status.Detail ?? "");
        for (var cause = failed.Status.DebugException ?? failed.InnerException; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case NotGrpcException stranger:
                    return new CallStatus(CodeOf(stranger.StatusCode), stranger.Message) { Origin = StatusOrigin.Stranger };
                case AuthenticationException tls:
                    var reason = $"no secure connection: {tls.Message} (is the server's root certificate configured?)";
                    return new CallStatus(StatusCode.Unavailable, reason) { Origin = StatusOrigin.Network };
                case HttpRequestException { InnerException: not null }:
                    break;
                case HttpRequestException or IOException or SocketException:
                    var kept = code is StatusCode.Cancelled or StatusCode.ResourceExhausted ? code : StatusCode.Unavailable;
                    return new CallStatus(kept, cause.Message) { Origin = StatusOrigin.Network };
            }
        }
        var trailers = failed.Trailers;
        // A server always sends something beside the text of a refusal; alone it is our own limit of the size of a message.
        if (code == StatusCode.ResourceExhausted && trailers.Count == 0 && detail.Length > 0 && !detail.All(char.IsAsciiDigit))
            return new CallStatus(StatusCode.OutOfRange, detail) { Origin = StatusOrigin.Network };
        return new CallStatus(code, detail)
        {
            Text = Uri.UnescapeDataString(trailers.GetValue(InvestHeaders.Text) ?? ""),
            TrackingId = trailers.GetValue(InvestHeaders.TrackingId) ?? "",
            RateLimit = RateLimitReport.Read(trailers),
        };
    }

    public override string ToString()
    {
        var parts = new List<string> { Code.ToString() };
        if (Detail.Length > 0)
            parts.Add(Detail);
        if (Text.Length > 0)
            parts.Add(Text);
        if (TrackingId.Length > 0)
            parts.Add($"tracking id {TrackingId}");
        return string.Join(", ", parts);
    }

    /// <summary>The mapping that gRPC prescribes; a page that says OK is no answer either.</summary>
    private static StatusCode CodeOf(HttpStatusCode? status) => status switch
    {
        HttpStatusCode.BadRequest => StatusCode.Internal,
        HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
        HttpStatusCode.NotFound => StatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
            => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };
}
