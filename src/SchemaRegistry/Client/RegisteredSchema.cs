using StockPipeline.Avro.Schemas;

namespace StockPipeline.SchemaRegistry.Client;

/// <summary>A schema as one version of a subject.</summary>
public sealed record RegisteredSchema(string Subject, int Version, int Id, AvroSchema Schema);
