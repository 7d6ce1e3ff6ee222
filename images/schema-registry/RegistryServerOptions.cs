using System.ComponentModel.DataAnnotations;
using System.Net;
using StockPipeline.Avro.Compatibility;

namespace StockPipeline.SchemaRegistryServer;

/// <summary>How a registry listens, and its limits.</summary>
public sealed record RegistryServerOptions
{
    /// <summary>Whoever reaches it may change and delete schemas: only this machine does, unless it is told otherwise.</summary>
    [ConfigurationKeyName("SCHEMA_REGISTRY_LISTEN")]
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0 takes any port that is free.</summary>
    [ConfigurationKeyName("SCHEMA_REGISTRY_PORT"), Range(0, IPEndPoint.MaxPort)]
    public int Port { get; init; } = 8081;

    /// <summary>Where the schemas are kept.</summary>
    [ConfigurationKeyName("SCHEMA_REGISTRY_TOPIC")]
    public string Topic { get; init; } = "_schemas";

    /// <summary>The level of subjects that none is set for, while none is set for all.</summary>
    [ConfigurationKeyName("SCHEMA_REGISTRY_COMPATIBILITY")]
    public CompatibilityLevel DefaultCompatibility { get; init; } = CompatibilityLevel.Backward;

    /// <summary>Versions of all subjects together.</summary>
    public int MaxVersions { get; init; } = 10_000;

    /// <summary>The longest body of a request.</summary>
    public int MaxBodyBytes { get; init; } = 2 << 20;

    public int MaxConnections { get; init; } = 500;

    /// <summary>How long a change waits for those before it.</summary>
    public TimeSpan TurnTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
