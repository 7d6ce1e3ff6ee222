using System.Net;
using StockPipeline.Avro.Compatibility;

namespace StockPipeline.SchemaRegistryServer;

/// <summary>How a registry listens, and its limits.</summary>
public sealed record RegistryServerOptions
{
    public const int DefaultPort = 8081;

    public const string DefaultTopic = "_schemas";

    public IPAddress Address { get; init; } = IPAddress.Any;

    /// <summary>0 takes any port that is free.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>The level of subjects that none is set for, while none is set for all.</summary>
    public CompatibilityLevel DefaultCompatibility { get; init; } = CompatibilityLevel.Backward;

    /// <summary>Versions of all subjects together.</summary>
    public int MaxVersions { get; init; } = 10_000;

    /// <summary>The longest body of a request.</summary>
    public int MaxBodyBytes { get; init; } = 2 << 20;

    public int MaxConnections { get; init; } = 500;

    /// <summary>How long a change waits for those before it.</summary>
    public TimeSpan TurnTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
