using System.Net.Http.Headers;
using System.Net.Security;

namespace StockPipeline.Market.Grpc;

/// <summary>The HTTP side of a channel: connections, trust and the headers that every request carries.</summary>
internal static class InvestHandler
{
    public static SocketsHttpHandler Create(GrpcChannelOptions options) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = options.ConnectTimeout,
        KeepAlivePingDelay = options.KeepAliveDelay,
        KeepAlivePingTimeout = options.KeepAliveTimeout,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        // A name that moves to another address is followed; calls that are open stay where they are.
        PooledConnectionLifetime = TimeSpan.FromMinutes(15),
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = TrustedRoots.PolicyOf(options.ExtraRootCertificates) },
    };

    public static void Identify(HttpRequestHeaders headers, GrpcChannelOptions options)
    {
        if (options.Token is { } token)
            headers.TryAddWithoutValidation("authorization", $"Bearer {token.Reveal()}");
        if (!string.IsNullOrEmpty(options.AppName))
            headers.TryAddWithoutValidation(GrpcHeaders.AppName, options.AppName);
    }
}
