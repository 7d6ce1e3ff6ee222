using StockPipeline.Avro.Schemas;

namespace StockPipeline.SchemaRegistryServer.Catalog;

/// <summary>One version of one subject.</summary>
internal sealed record SchemaVersion
{
    public const string Avro = "AVRO";

    public required string Subject { get; init; }

    public required int Version { get; init; }

    public required int Id { get; init; }

    public string SchemaType { get; init; } = Avro;

    /// <summary>As it was registered first, in one line.</summary>
    public required string Text { get; init; }

    /// <summary>Null for a schema that is not of Avro: another registry may have put it in the log.</summary>
    public AvroSchema? Schema { get; init; }

    /// <summary>Deleted softly: its id can still be looked up, for records of it may exist.</summary>
    public bool Deleted { get; init; }
}

/// <summary>Whether subjects can be changed.</summary>
internal enum RegistryMode
{
    ReadWrite,
    ReadOnly,
}
