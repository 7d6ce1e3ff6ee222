using StockPipeline.Contracts.Connections;

namespace StockPipeline.Market.Grpc;

/// <summary>Where a gRPC server is and how it is talked to.</summary>
public sealed record GrpcChannelOptions
{
    /// <summary>With <c>http</c> HTTP/2 is spoken at once and in the clear, with <c>https</c> over TLS.</summary>
    public required Uri Address { get; init; }

    /// <summary>Sent as a bearer token with every call.</summary>
    public Secret? Token { get; init; }

    public string? AppName { get; init; }

    /// <summary>A PEM file of authorities to trust beside the system's own, for this channel alone.</summary>
    public string? ExtraRootCertificates { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often a connection in use is asked whether the other side is still there.</summary>
    public TimeSpan KeepAliveDelay { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(20);
}
