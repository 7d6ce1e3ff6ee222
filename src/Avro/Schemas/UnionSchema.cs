namespace StockPipeline.Avro.Schemas;

public sealed class UnionSchema : AvroSchema
{
    internal UnionSchema(IReadOnlyList<AvroSchema> branches) : base(AvroType.Union) => Branches = branches;

    public IReadOnlyList<AvroSchema> Branches { get; }
}
