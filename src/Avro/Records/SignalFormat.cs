using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Records;

namespace StockPipeline.Avro.Records;

internal sealed class SignalFormat() : AvroFormat<Signal>("Signal.avsc")
{
    /// <summary>FIGI, rule, interval, name and parameters; open time.</summary>
    private const int Room = (5 * FieldWriting.MaxShortText) + AvroWriter.MaxLong;

    public override int MaxLength(Signal record) => Room;

    private protected override void WriteFields(Signal record, ref AvroWriter writer)
    {
        writer.WriteFigi(record.Figi);
        writer.WriteShortAscii(record.Rule);
        writer.WriteShortAscii(record.Interval.Name);
        writer.WriteInstant(record.OpenTime);
        writer.WriteShortAscii(record.Indicator);
        writer.WriteShortAscii(record.Parameters);
    }

    private protected override Signal ReadFields(ref AvroReader reader) => new()
    {
        Figi = reader.ReadFigi(),
        Rule = ShortTexts.Read(reader.ReadBytes()),
        Interval = reader.ReadInterval(),
        OpenTime = reader.ReadInstant(),
        Indicator = ShortTexts.Read(reader.ReadBytes()),
        Parameters = ShortTexts.Read(reader.ReadBytes()),
    };
}
