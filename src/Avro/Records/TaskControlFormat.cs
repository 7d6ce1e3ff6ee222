using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Tasks;

namespace StockPipeline.Avro.Records;

internal sealed class TaskControlFormat() : AvroFormat<TaskControl>("TaskControl.avsc")
{
    public override int MaxLength(TaskControl record) => AvroWriter.MaxString(record.Id) + AvroWriter.MaxLong;

    private protected override void WriteFields(TaskControl record, ref AvroWriter writer)
    {
        writer.WriteString(record.Id);
        writer.WriteInstant(record.At);
    }

    private protected override TaskControl ReadFields(ref AvroReader reader) => new(reader.ReadString(), reader.ReadInstant());
}
