namespace StockPipeline.Avro.Schemas;

public sealed class RecordSchema : NamedSchema
{
    private IReadOnlyList<RecordField> fields = [];

    internal RecordSchema(SchemaName name, IReadOnlyList<SchemaName> aliases, string? doc) : base(AvroType.Record, name, aliases, doc)
    {
    }

    /// <summary>In the order they are written. Set once by the parser: a record's fields may refer to the record itself.</summary>
    public IReadOnlyList<RecordField> Fields
    {
        get => fields;
        internal set => fields = value;
    }
}
