using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Avro.Records;

internal sealed class InstrumentFormat() : AvroFormat<Instrument>("Instrument.avsc")
{
    /// <summary>What stands beside the texts: FIGI, lot, price step, two optional instants, weekend and end of day.</summary>
    private const int Room = FieldWriting.MaxShortText + AvroWriter.MaxLong + AvroWriter.MaxDecimal + 2 + (2 * FieldWriting.MaxOptionalInstant);

    public override int MaxLength(Instrument record) =>
        Room + AvroWriter.MaxString(record.Ticker) + AvroWriter.MaxString(record.ClassCode) + AvroWriter.MaxString(record.Uid)
        + AvroWriter.MaxString(record.Name) + AvroWriter.MaxString(record.Currency) + AvroWriter.MaxString(record.Exchange);

    private protected override void WriteFields(Instrument record, ref AvroWriter writer)
    {
        writer.WriteFigi(record.Figi);
        writer.WriteString(record.Ticker);
        writer.WriteString(record.ClassCode);
        writer.WriteString(record.Uid);
        writer.WriteString(record.Name);
        writer.WriteString(record.Currency);
        writer.WriteLong(record.Lot);
        writer.WritePrice(record.MinPriceIncrement);
        writer.WriteString(record.Exchange);
        writer.WriteBoolean(record.Weekend);
        writer.WriteOptionalInstant(record.FirstMinuteCandle);
        writer.WriteOptionalInstant(record.FirstDayCandle);
        writer.WriteBoolean(record.EndOfDay);
    }

    private protected override Instrument ReadFields(ref AvroReader reader) => new()
    {
        Figi = reader.ReadFigi(),
        Ticker = reader.ReadString(),
        ClassCode = reader.ReadString(),
        Uid = reader.ReadString(),
        Name = reader.ReadString(),
        Currency = reader.ReadString(),
        Lot = reader.ReadInt(),
        MinPriceIncrement = reader.ReadPrice(),
        Exchange = reader.ReadString(),
        Weekend = reader.ReadBoolean(),
        FirstMinuteCandle = reader.ReadOptionalInstant(),
        FirstDayCandle = reader.ReadOptionalInstant(),
        EndOfDay = reader.ReadBoolean(),
    };
}
