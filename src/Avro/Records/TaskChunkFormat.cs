using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Tasks;

namespace StockPipeline.Avro.Records;

internal sealed class TaskChunkFormat() : AvroFormat<TaskChunk>("TaskChunk.avsc")
{
    /// <summary>Run, index and the length of the content.</summary>
    private const int Room = 3 * AvroWriter.MaxLong;

    public override int MaxLength(TaskChunk record) => Room + AvroWriter.MaxString(record.Id) + record.Content.Length;

    private protected override void WriteFields(TaskChunk record, ref AvroWriter writer)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(record.Content.Length, TaskChunk.MaxBytes, nameof(record));
        writer.WriteString(record.Id);
        writer.WriteLong(record.Run);
        writer.WriteLong(record.Index);
        writer.WriteLong(record.Content.Length);
        writer.WriteRaw(record.Content.Span);
    }

    private protected override TaskChunk ReadFields(ref AvroReader reader) => new(
        reader.ReadString(), reader.ReadInt(), reader.ReadInt(), reader.ReadBytes().ToArray());
}
