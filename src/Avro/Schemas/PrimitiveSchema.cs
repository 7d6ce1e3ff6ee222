namespace StockPipeline.Avro.Schemas;

public sealed class PrimitiveSchema : AvroSchema
{
    internal PrimitiveSchema(AvroType type) : base(type)
    {
    }
}
