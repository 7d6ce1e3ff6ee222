using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Avro.Records;

internal sealed class CandleFormat() : AvroFormat<Candle>("Candle.avsc")
{
    private const int Sources = 4;

    /// <summary>FIGI, open time, four prices, volume, last trade, finality, source and revision.</summary>
    private const int Room = FieldWriting.MaxShortText + (4 * AvroWriter.MaxDecimal) + (4 * AvroWriter.MaxLong) + FieldWriting.MaxOptionalInstant + 1;

    public override int MaxLength(Candle record) => Room;

    private protected override void WriteFields(Candle record, ref AvroWriter writer)
    {
        writer.WriteFigi(record.Figi);
        writer.WriteInstant(record.OpenTime);
        writer.WritePrice(record.Open);
        writer.WritePrice(record.High);
        writer.WritePrice(record.Low);
        writer.WritePrice(record.Close);
        writer.WriteLong(record.Volume);
        writer.WriteOptionalInstant(record.LastTradeTime);
        writer.WriteBoolean(record.Final);
        writer.WriteSymbol((int)record.Source, Sources);
        writer.WriteLong(record.Revision);
    }

    private protected override Candle ReadFields(ref AvroReader reader) => new()
    {
        Figi = reader.ReadFigi(),
        OpenTime = reader.ReadInstant(),
        Open = reader.ReadPrice(),
        High = reader.ReadPrice(),
        Low = reader.ReadPrice(),
        Close = reader.ReadPrice(),
        Volume = reader.ReadLong(),
        LastTradeTime = reader.ReadOptionalInstant(),
        Final = reader.ReadBoolean(),
        Source = (CandleSource)reader.ReadIndex(Sources),
        Revision = reader.ReadInt(),
    };
}
