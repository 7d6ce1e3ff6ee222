using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Tasks;

namespace StockPipeline.Avro.Records;

internal sealed class TaskStateFormat() : AvroFormat<TaskState>("TaskState.avsc")
{
    private const int Stages = 6;

    /// <summary>What stands beside the texts: stage, attempt, run, two instants and five optional ones, and the numbers of a place.</summary>
    private const int Room = (9 * AvroWriter.MaxLong) + (5 * FieldWriting.MaxOptionalInstant) + 1;

    public override int MaxLength(TaskState record) =>
        Room + AvroWriter.MaxString(record.Id) + AvroWriter.MaxString(record.Owner) + AvroWriter.MaxString(record.Kind)
        + AvroWriter.MaxString(record.Parameters) + AvroWriter.MaxString(record.Digest)
        + FieldWriting.MaxOptionalText(record.Tag) + FieldWriting.MaxOptionalText(record.Schedule) + FieldWriting.MaxOptionalText(record.Worker)
        + FieldWriting.MaxOptionalText(record.ErrorCode) + FieldWriting.MaxOptionalText(record.ErrorText)
        + FieldWriting.MaxOptionalText(record.Result)
        + FieldWriting.MaxOptionalText(record.Place?.ContentType) + FieldWriting.MaxOptionalText(record.Place?.FileName);

    private protected override void WriteFields(TaskState record, ref AvroWriter writer)
    {
        writer.WriteString(record.Id);
        writer.WriteString(record.Owner);
        writer.WriteString(record.Kind);
        writer.WriteString(record.Parameters);
        writer.WriteString(record.Digest);
        writer.WriteOptionalText(record.Tag);
        writer.WriteOptionalText(record.Schedule);
        writer.WriteOptionalInstant(record.Slot);
        writer.WriteSymbol((int)record.Stage, Stages);
        writer.WriteLong(record.Attempt);
        writer.WriteLong(record.Run);
        writer.WriteOptionalText(record.Worker);
        writer.WriteInstant(record.Created);
        writer.WriteOptionalInstant(record.Started);
        writer.WriteOptionalInstant(record.Ended);
        writer.WriteInstant(record.Deadline);
        writer.WriteOptionalInstant(record.RetryAt);
        writer.WriteOptionalText(record.ErrorCode);
        writer.WriteOptionalText(record.ErrorText);
        writer.WriteOptionalText(record.Result);
        writer.WriteBranch(record.Place is not null);
        if (record.Place is not { } place)
            return;
        writer.WriteLong(place.Partition);
        writer.WriteLong(place.Offset);
        writer.WriteLong(place.Chunks);
        writer.WriteLong(place.Bytes);
        writer.WriteString(place.ContentType);
        writer.WriteString(place.FileName);
    }

    private protected override TaskState ReadFields(ref AvroReader reader) => new()
    {
        Id = reader.ReadString(),
        Owner = reader.ReadString(),
        Kind = reader.ReadString(),
        Parameters = reader.ReadString(),
        Digest = reader.ReadString(),
        Tag = reader.ReadOptionalText(),
        Schedule = reader.ReadOptionalText(),
        Slot = reader.ReadOptionalInstant(),
        Stage = (TaskStage)reader.ReadIndex(Stages),
        Attempt = reader.ReadInt(),
        Run = reader.ReadInt(),
        Worker = reader.ReadOptionalText(),
        Created = reader.ReadInstant(),
        Started = reader.ReadOptionalInstant(),
        Ended = reader.ReadOptionalInstant(),
        Deadline = reader.ReadInstant(),
        RetryAt = reader.ReadOptionalInstant(),
        ErrorCode = reader.ReadOptionalText(),
        ErrorText = reader.ReadOptionalText(),
        Result = reader.ReadOptionalText(),
        Place = reader.ReadIndex(2) == 0 ? null : ReadPlace(ref reader),
    };

    private static ResultPlace ReadPlace(ref AvroReader reader) => new(
        reader.ReadInt(), reader.ReadLong(), reader.ReadInt(), reader.ReadLong(), reader.ReadString(), reader.ReadString());
}
