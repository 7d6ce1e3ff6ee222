namespace StockPipeline.Avro.Schemas;

/// <summary>A map from strings.</summary>
public sealed class MapSchema : AvroSchema
{
    internal MapSchema(AvroSchema values) : base(AvroType.Map) => Values = values;

    public AvroSchema Values { get; }
}
