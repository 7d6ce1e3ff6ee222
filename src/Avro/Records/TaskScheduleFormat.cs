using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Tasks;

namespace StockPipeline.Avro.Records;

internal sealed class TaskScheduleFormat() : AvroFormat<TaskSchedule>("TaskSchedule.avsc")
{
    private const int Ways = 3;

    /// <summary>What stands beside the texts: what is done about missed times, whether it is on, and since when.</summary>
    private const int Room = (2 * AvroWriter.MaxLong) + 1;

    public override int MaxLength(TaskSchedule record) =>
        Room + AvroWriter.MaxString(record.Name) + AvroWriter.MaxString(record.Owner) + AvroWriter.MaxString(record.Cron)
        + AvroWriter.MaxString(record.Zone) + AvroWriter.MaxString(record.Kind) + AvroWriter.MaxString(record.Parameters);

    private protected override void WriteFields(TaskSchedule record, ref AvroWriter writer)
    {
        writer.WriteString(record.Name);
        writer.WriteString(record.Owner);
        writer.WriteString(record.Cron);
        writer.WriteString(record.Zone);
        writer.WriteSymbol((int)record.Missed, Ways);
        writer.WriteString(record.Kind);
        writer.WriteString(record.Parameters);
        writer.WriteBoolean(record.Enabled);
        writer.WriteInstant(record.Since);
    }

    private protected override TaskSchedule ReadFields(ref AvroReader reader) => new()
    {
        Name = reader.ReadString(),
        Owner = reader.ReadString(),
        Cron = reader.ReadString(),
        Zone = reader.ReadString(),
        Missed = (MissedSlots)reader.ReadIndex(Ways),
        Kind = reader.ReadString(),
        Parameters = reader.ReadString(),
        Enabled = reader.ReadBoolean(),
        Since = reader.ReadInstant(),
    };
}
