using System.Net;
using System.Security.Authentication;

namespace StockPipeline.Market.Grpc;

/// <summary>What goes wrong below gRPC, said in gRPC's terms.</summary>
internal static class TransportErrors
{
    private const long CancelErrorCode = 8;

    private const long EnhanceYourCalmErrorCode = 11;

    public static bool IsTransport(Exception error) => error is HttpRequestException or IOException or ObjectDisposedException;

    public static GrpcException Translate(Exception error)
    {
        if (error is HttpRequestException { InnerException: AuthenticationException tls })
        {
            var reason = $"no secure connection: {tls.Message} (is the server's root certificate configured?)";
            return new GrpcException(new GrpcStatus(GrpcStatusCode.Unavailable, reason), error);
        }
        var code = (error as HttpProtocolException ?? error.InnerException as HttpProtocolException)?.ErrorCode switch
        {
            CancelErrorCode => GrpcStatusCode.Cancelled,
            EnhanceYourCalmErrorCode => GrpcStatusCode.ResourceExhausted,
            _ => GrpcStatusCode.Unavailable,
        };
        return new GrpcException(new GrpcStatus(code, error.Message), error);
    }

    /// <summary>A reply that is not gRPC at all, from a proxy or another kind of server; the mapping is the one gRPC prescribes.</summary>
    public static GrpcStatus? Judge(HttpResponseMessage response)
    {
        var type = response.Content.Headers.ContentType?.MediaType;
        if (response.StatusCode == HttpStatusCode.OK)
        {
            return type is not null && type.StartsWith(GrpcHeaders.ContentType, StringComparison.OrdinalIgnoreCase)
                ? null
                : new GrpcStatus(GrpcStatusCode.Unknown, $"the server answers '{type}' and not gRPC");
        }
        var code = response.StatusCode switch
        {
            HttpStatusCode.BadRequest => GrpcStatusCode.Internal,
            HttpStatusCode.Unauthorized => GrpcStatusCode.Unauthenticated,
            HttpStatusCode.Forbidden => GrpcStatusCode.PermissionDenied,
            HttpStatusCode.NotFound => GrpcStatusCode.Unimplemented,
            HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
                => GrpcStatusCode.Unavailable,
            _ => GrpcStatusCode.Unknown,
        };
        return new GrpcStatus(code, $"HTTP status {(int)response.StatusCode}");
    }
}
