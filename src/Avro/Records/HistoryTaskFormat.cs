using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Avro.Records;

internal sealed class HistoryTaskFormat() : AvroFormat<HistoryTask>("HistoryTask.avsc")
{
    private const int Reasons = 4;

    /// <summary>FIGI, interval and id; two instants, the reason and the attempt.</summary>
    private const int Room = (3 * FieldWriting.MaxShortText) + (4 * AvroWriter.MaxLong);

    public override int MaxLength(HistoryTask record) => Room;

    private protected override void WriteFields(HistoryTask record, ref AvroWriter writer)
    {
        writer.WriteFigi(record.Figi);
        writer.WriteShortAscii(record.Interval.Name);
        writer.WriteInstant(record.From);
        writer.WriteInstant(record.To);
        writer.WriteSymbol((int)record.Reason, Reasons);
        writer.WriteLong(record.Attempt);
        writer.WriteId(record.Id);
    }

    private protected override HistoryTask ReadFields(ref AvroReader reader) => new()
    {
        Figi = reader.ReadFigi(),
        Interval = reader.ReadInterval(),
        From = reader.ReadInstant(),
        To = reader.ReadInstant(),
        Reason = (HistoryReason)reader.ReadIndex(Reasons),
        Attempt = reader.ReadInt(),
        Id = reader.ReadId(),
    };
}
