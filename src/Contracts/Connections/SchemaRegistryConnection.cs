namespace StockPipeline.Contracts.Connections;

/// <summary>Where the schema registry is and how to get in.</summary>
public sealed record SchemaRegistryConnection
{
    /// <summary>May hold a path, under which the registry's own paths then stand.</summary>
    public required Uri Url { get; init; }

    /// <summary>Basic authentication is used when a user is named.</summary>
    public string? User { get; init; }

    public Secret? Password { get; init; }
}
