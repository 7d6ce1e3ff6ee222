using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Serialization;

namespace StockPipeline.Avro.Records;

internal sealed class TradingDayFormat() : AvroFormat<TradingDay>("TradingDay.avsc")
{
    /// <summary>Sessions of one day; the exchange has seven.</summary>
    private const int MaxSessions = 1_000;

    private const int Kinds = 7;

    private const int SessionRoom = 3 * AvroWriter.MaxLong;

    /// <summary>Date, the count of sessions and the end of the list, inferred.</summary>
    private const int Room = (3 * AvroWriter.MaxLong) + 1;

    public override int MaxLength(TradingDay record) => Room + AvroWriter.MaxString(record.Exchange) + (record.Sessions.Count * SessionRoom);

    private protected override void WriteFields(TradingDay record, ref AvroWriter writer)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(record.Sessions.Count, MaxSessions, nameof(record));
        writer.WriteDate(record.Date);
        writer.WriteString(record.Exchange);
        if (record.Sessions.Count > 0)
            writer.WriteLong(record.Sessions.Count);
        foreach (var session in record.Sessions)
        {
            writer.WriteSymbol((int)session.Kind, Kinds);
            writer.WriteInstant(session.Start);
            writer.WriteInstant(session.End);
        }
        writer.WriteLong(0);
        writer.WriteBoolean(record.Inferred);
    }

    private protected override TradingDay ReadFields(ref AvroReader reader) => new()
    {
        Date = reader.ReadDate(),
        Exchange = reader.ReadString(),
        Sessions = ReadSessions(ref reader),
        Inferred = reader.ReadBoolean(),
    };

    private static TradingSession[] ReadSessions(ref AvroReader reader)
    {
        List<TradingSession> sessions = [];
        for (var count = reader.ReadLong(); count != 0; count = reader.ReadLong())
        {
            // A block may give its length in bytes after a negated count.
            if (count < 0)
            {
                _ = reader.ReadLong();
                count = -count;
            }
            if (count < 0 || count > MaxSessions - sessions.Count)
                throw new UnreadableRecordException($"A trading day has more than {MaxSessions} sessions.");
            for (; count > 0; count--)
                sessions.Add(new TradingSession((SessionKind)reader.ReadIndex(Kinds), reader.ReadInstant(), reader.ReadInstant()));
        }
        return [.. sessions];
    }
}
