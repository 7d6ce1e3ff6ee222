using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Tasks;

namespace StockPipeline.Avro.Records;

internal sealed class TaskProgressFormat() : AvroFormat<TaskProgress>("TaskProgress.avsc")
{
    /// <summary>Run, done, total and the instant.</summary>
    private const int Room = 4 * AvroWriter.MaxLong;

    public override int MaxLength(TaskProgress record) => Room + AvroWriter.MaxString(record.Id) + AvroWriter.MaxString(record.Text);

    private protected override void WriteFields(TaskProgress record, ref AvroWriter writer)
    {
        writer.WriteString(record.Id);
        writer.WriteLong(record.Run);
        writer.WriteLong(record.Done);
        writer.WriteLong(record.Total);
        writer.WriteString(record.Text);
        writer.WriteInstant(record.At);
    }

    private protected override TaskProgress ReadFields(ref AvroReader reader) => new(
        reader.ReadString(), reader.ReadInt(), reader.ReadLong(), reader.ReadLong(), reader.ReadString(), reader.ReadInstant());
}
