using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Avro.Records;

internal sealed class RequestTurnFormat() : AvroFormat<RequestTurn>("RequestTurn.avsc")
{
    public override int MaxLength(RequestTurn record) => AvroWriter.MaxString(record.Id) + (2 * AvroWriter.MaxLong) + 1;

    private protected override void WriteFields(RequestTurn record, ref AvroWriter writer)
    {
        writer.WriteString(record.Id);
        writer.WriteInstant(record.Asked);
        writer.WriteSpan(record.Pause);
        writer.WriteBoolean(record.IsRest);
    }

    private protected override RequestTurn ReadFields(ref AvroReader reader) =>
        new(reader.ReadString(), reader.ReadInstant(), reader.ReadSpan(), reader.ReadBoolean());
}
