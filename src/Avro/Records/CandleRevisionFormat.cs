using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Avro.Records;

internal sealed class CandleRevisionFormat() : AvroFormat<CandleRevision>("CandleRevision.avsc")
{
    /// <summary>FIGI and interval; four prices; three instants, the volume and the revision.</summary>
    private const int Room = (2 * FieldWriting.MaxShortText) + (4 * AvroWriter.MaxDecimal) + (5 * AvroWriter.MaxLong);

    public override int MaxLength(CandleRevision record) => Room;

    private protected override void WriteFields(CandleRevision record, ref AvroWriter writer)
    {
        writer.WriteFigi(record.Figi);
        writer.WriteShortAscii(record.Interval.Name);
        writer.WriteInstant(record.OpenTime);
        writer.WritePrice(record.Open);
        writer.WritePrice(record.High);
        writer.WritePrice(record.Low);
        writer.WritePrice(record.Close);
        writer.WriteLong(record.Volume);
        writer.WriteLong(record.Revision);
        writer.WriteInstant(record.KnownFrom);
        writer.WriteInstant(record.KnownUntil);
    }

    private protected override CandleRevision ReadFields(ref AvroReader reader) => new()
    {
        Figi = reader.ReadFigi(),
        Interval = reader.ReadInterval(),
        OpenTime = reader.ReadInstant(),
        Open = reader.ReadPrice(),
        High = reader.ReadPrice(),
        Low = reader.ReadPrice(),
        Close = reader.ReadPrice(),
        Volume = reader.ReadLong(),
        Revision = reader.ReadInt(),
        KnownFrom = reader.ReadInstant(),
        KnownUntil = reader.ReadInstant(),
    };
}
