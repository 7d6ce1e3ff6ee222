using StockPipeline.Contracts.Connections;

namespace StockPipeline.SchemaRegistry.Client;

/// <summary>How patient a client is, and how much it remembers.</summary>
public sealed record SchemaRegistryClientOptions
{
    public static readonly SchemaRegistryClientOptions Default = new();

    /// <summary>For one try.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public BackoffLimits Retry { get; init; } = BackoffLimits.Request;

    /// <summary>Schemas remembered by id, and again by subject; one past it, all are forgotten and asked for anew.</summary>
    public int MaxRemembered { get; init; } = 1_000;

    /// <summary>The longest answer that is read.</summary>
    public int MaxAnswerBytes { get; init; } = 4 << 20;
}
