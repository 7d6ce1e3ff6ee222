using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Serialization;

namespace StockPipeline.Avro.Records;

internal sealed class IndicatorValueFormat() : AvroFormat<IndicatorValue>("IndicatorValue.avsc")
{
    /// <summary>Lines of one value; the longest list in the catalogue has four.</summary>
    private const int MaxLines = 64;

    /// <summary>FIGI, name and parameters, close, finality; open time, epoch, the count of lines and their end.</summary>
    private const int Room = (3 * FieldWriting.MaxShortText) + AvroWriter.MaxDecimal + 1 + (4 * AvroWriter.MaxLong);

    private const int LineRoom = FieldWriting.MaxShortText + sizeof(double);

    public override int MaxLength(IndicatorValue record) => Room + (record.Lines.Count * LineRoom);

    private protected override void WriteFields(IndicatorValue record, ref AvroWriter writer)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(record.Lines.Count, MaxLines, nameof(record));
        writer.WriteFigi(record.Figi);
        writer.WriteInstant(record.OpenTime);
        writer.WritePrice(record.Close);
        writer.WriteBoolean(record.Final);
        writer.WriteLong(record.Epoch);
        writer.WriteShortAscii(record.Indicator);
        writer.WriteShortAscii(record.Parameters);
        if (record.Lines.Count > 0)
            writer.WriteLong(record.Lines.Count);
        for (var i = 0; i < record.Lines.Count; i++)
        {
            writer.WriteShortAscii(record.Lines[i].Name);
            writer.WriteDouble(record.Lines[i].Value);
        }
        writer.WriteLong(0);
    }

    private protected override IndicatorValue ReadFields(ref AvroReader reader) => new()
    {
        Figi = reader.ReadFigi(),
        OpenTime = reader.ReadInstant(),
        Close = reader.ReadPrice(),
        Final = reader.ReadBoolean(),
        Epoch = reader.ReadLong(),
        Indicator = ShortTexts.Read(reader.ReadBytes()),
        Parameters = ShortTexts.Read(reader.ReadBytes()),
        Lines = ReadLines(ref reader),
    };

    private static IndicatorLine[] ReadLines(ref AvroReader reader)
    {
        IndicatorLine[] lines = [];
        for (var count = reader.ReadLong(); count != 0; count = reader.ReadLong())
        {
            // A block may give its length in bytes after a negated count.
            if (count < 0)
            {
                _ = reader.ReadLong();
                count = -count;
            }
            if (count < 0 || count > MaxLines - lines.Length)
                throw new UnreadableRecordException($"A value has more than {MaxLines} lines.");
            var next = lines.Length;
            Array.Resize(ref lines, next + (int)count);
            for (; next < lines.Length; next++)
                lines[next] = new IndicatorLine(ShortTexts.Read(reader.ReadBytes()), ReadNumber(ref reader));
        }
        return lines;
    }

    private static double ReadNumber(ref AvroReader reader) => reader.ReadDouble() is var value && double.IsFinite(value)
        ? value
        : throw new UnreadableRecordException("A line is not a number.");
}
