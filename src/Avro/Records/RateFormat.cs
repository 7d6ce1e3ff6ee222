using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Serialization;

namespace StockPipeline.Avro.Records;

internal sealed class RateFormat() : AvroFormat<Rate>("Rate.avsc")
{
    private const int Kinds = 3;

    private const int Statuses = 4;

    /// <summary>What stands beside the texts: six decimals, two of them optional, three instants, two symbols and five numbers.</summary>
    private const int Room = (6 * AvroWriter.MaxWideDecimal) + 2 + (10 * AvroWriter.MaxLong);

    public override int MaxLength(Rate record) =>
        Room + AvroWriter.MaxString(record.Pair.ToString()) + AvroWriter.MaxString(record.Source) + AvroWriter.MaxString(record.Symbol);

    private protected override void WriteFields(Rate record, ref AvroWriter writer)
    {
        writer.WriteString(record.Pair.ToString());
        writer.WriteString(record.Source);
        writer.WriteString(record.Symbol);
        writer.WriteRate(record.Price);
        writer.WriteOptionalRate(record.Bid);
        writer.WriteOptionalRate(record.Ask);
        writer.WriteSymbol((int)record.Kind, Kinds);
        writer.WriteSymbol((int)record.Status, Statuses);
        writer.WriteInstant(record.EventTime);
        writer.WriteInstant(record.ReceivedTime);
        writer.WriteInstant(record.ProvenTime);
        writer.WriteLong(record.Sequence);
        writer.WriteLong((long)record.MaxAge.TotalMilliseconds);
        writer.WriteLong(record.Priority);
        writer.WriteLong(record.RowId);
        writer.WriteRate(record.MinuteOpen);
        writer.WriteRate(record.MinuteHigh);
        writer.WriteRate(record.MinuteLow);
        writer.WriteLong(record.MinuteUpdates);
    }

    private protected override Rate ReadFields(ref AvroReader reader) => new()
    {
        Pair = ReadPair(ref reader),
        Source = reader.ReadString(),
        Symbol = reader.ReadString(),
        Price = reader.ReadRate(),
        Bid = reader.ReadOptionalRate(),
        Ask = reader.ReadOptionalRate(),
        Kind = (RateKind)reader.ReadIndex(Kinds),
        Status = (RateStatus)reader.ReadIndex(Statuses),
        EventTime = reader.ReadInstant(),
        ReceivedTime = reader.ReadInstant(),
        ProvenTime = reader.ReadInstant(),
        Sequence = reader.ReadLong(),
        MaxAge = reader.ReadMilliseconds(),
        Priority = reader.ReadInt(),
        RowId = reader.ReadLong(),
        MinuteOpen = reader.ReadRate(),
        MinuteHigh = reader.ReadRate(),
        MinuteLow = reader.ReadRate(),
        MinuteUpdates = reader.ReadInt(),
    };

    private static RatePair ReadPair(ref AvroReader reader) =>
        RatePair.TryParse(reader.ReadString(), out var pair) ? pair : throw new UnreadableRecordException("A text is not a pair.");
}
