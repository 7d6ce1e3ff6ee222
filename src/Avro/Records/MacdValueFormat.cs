using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Avro.Records;

internal sealed class MacdValueFormat() : AvroFormat<MacdValue>("MacdValue.avsc")
{
    /// <summary>FIGI, close, three lines, finality; open time, three periods and epoch.</summary>
    private const int Room = FieldWriting.MaxShortText + AvroWriter.MaxDecimal + (3 * sizeof(double)) + 1 + (5 * AvroWriter.MaxLong);

    public override int MaxLength(MacdValue record) => Room;

    private protected override void WriteFields(MacdValue record, ref AvroWriter writer)
    {
        writer.WriteFigi(record.Figi);
        writer.WriteInstant(record.OpenTime);
        writer.WritePrice(record.Close);
        writer.WriteDouble(record.MainLine);
        writer.WriteDouble(record.SignalLine);
        writer.WriteDouble(record.Histogram);
        writer.WriteBoolean(record.Final);
        writer.WriteLong(record.Parameters.Fast);
        writer.WriteLong(record.Parameters.Slow);
        writer.WriteLong(record.Parameters.Signal);
        writer.WriteLong(record.Epoch);
    }

    private protected override MacdValue ReadFields(ref AvroReader reader) => new()
    {
        Figi = reader.ReadFigi(),
        OpenTime = reader.ReadInstant(),
        Close = reader.ReadPrice(),
        MainLine = reader.ReadDouble(),
        SignalLine = reader.ReadDouble(),
        Histogram = reader.ReadDouble(),
        Final = reader.ReadBoolean(),
        Parameters = new MacdParameters(reader.ReadInt(), reader.ReadInt(), reader.ReadInt()),
        Epoch = reader.ReadLong(),
    };
}
