namespace StockPipeline.Avro.Schemas;

/// <summary>A fixed number of bytes.</summary>
public sealed class FixedSchema : NamedSchema
{
    internal FixedSchema(SchemaName name, IReadOnlyList<SchemaName> aliases, string? doc, int size)
        : base(AvroType.Fixed, name, aliases, doc) => Size = size;

    public int Size { get; }
}
