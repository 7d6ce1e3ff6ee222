using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Avro.Records;

internal sealed class PromotedIndicatorFormat() : AvroFormat<PromotedIndicator>("PromotedIndicator.avsc")
{
    public override int MaxLength(PromotedIndicator record) =>
        AvroWriter.MaxString(record.Indicator) + AvroWriter.MaxString(record.By) + AvroWriter.MaxLong;

    private protected override void WriteFields(PromotedIndicator record, ref AvroWriter writer)
    {
        writer.WriteString(record.Indicator);
        writer.WriteString(record.By);
        writer.WriteInstant(record.At);
    }

    private protected override PromotedIndicator ReadFields(ref AvroReader reader) =>
        new(reader.ReadString(), reader.ReadString(), reader.ReadInstant());
}
