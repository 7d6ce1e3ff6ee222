using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Avro.Records;

internal sealed class GapFormat() : AvroFormat<Gap>("Gap.avsc")
{
    private const int States = 5;

    /// <summary>FIGI and interval; three instants, the state and two counts.</summary>
    private const int Room = (2 * FieldWriting.MaxShortText) + (6 * AvroWriter.MaxLong);

    public override int MaxLength(Gap record) => Room;

    private protected override void WriteFields(Gap record, ref AvroWriter writer)
    {
        writer.WriteFigi(record.Figi);
        writer.WriteShortAscii(record.Interval.Name);
        writer.WriteInstant(record.From);
        writer.WriteInstant(record.To);
        writer.WriteLong(record.Missing);
        writer.WriteSymbol((int)record.State, States);
        writer.WriteLong(record.Attempts);
        writer.WriteInstant(record.UpdatedAt);
    }

    private protected override Gap ReadFields(ref AvroReader reader) => new()
    {
        Figi = reader.ReadFigi(),
        Interval = reader.ReadInterval(),
        From = reader.ReadInstant(),
        To = reader.ReadInstant(),
        Missing = reader.ReadInt(),
        State = (GapState)reader.ReadIndex(States),
        Attempts = reader.ReadInt(),
        UpdatedAt = reader.ReadInstant(),
    };
}
