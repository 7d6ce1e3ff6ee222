namespace StockPipeline.Avro.Schemas;

public sealed class ArraySchema : AvroSchema
{
    internal ArraySchema(AvroSchema items) : base(AvroType.Array) => Items = items;

    public AvroSchema Items { get; }
}
