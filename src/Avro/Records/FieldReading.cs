using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Avro.Records;

/// <summary>How the value types of the contracts stand in Avro: reading. What no value can be made of is unreadable.</summary>
internal static class FieldReading
{
    private const long UnixEpochTicks = 621_355_968_000_000_000;

    private const int UnixEpochDay = 719_162;

    private static readonly long MinUnixMs = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();

    private static readonly long MaxUnixMs = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static Figi ReadFigi(this ref AvroReader reader) => FigiTexts.Read(reader.ReadBytes());

    public static DateTimeOffset ReadInstant(this ref AvroReader reader)
    {
        var ms = reader.ReadLong();
        return ms >= MinUnixMs && ms <= MaxUnixMs
            ? new DateTimeOffset(UnixEpochTicks + (ms * TimeSpan.TicksPerMillisecond), TimeSpan.Zero)
            : throw new UnreadableRecordException($"{ms} ms is not an instant.");
    }

    public static DateTimeOffset? ReadOptionalInstant(this ref AvroReader reader) => reader.ReadIndex(2) == 0 ? null : reader.ReadInstant();

    public static string? ReadOptionalText(this ref AvroReader reader) => reader.ReadIndex(2) == 0 ? null : reader.ReadString();

    public static Price ReadPrice(this ref AvroReader reader)
    {
        var nanos = reader.ReadDecimal();
        return nanos is >= -Price.MaxNanos and <= Price.MaxNanos
            ? Price.FromNanos(nanos)
            : throw new UnreadableRecordException($"{nanos} billionths are not a price.");
    }

    public static DateOnly ReadDate(this ref AvroReader reader)
    {
        var day = (long)reader.ReadInt() + UnixEpochDay;
        return day >= 0 && day <= DateOnly.MaxValue.DayNumber
            ? DateOnly.FromDayNumber((int)day)
            : throw new UnreadableRecordException($"{day - UnixEpochDay} days is not a date.");
    }

    public static Guid ReadId(this ref AvroReader reader)
    {
        var text = reader.ReadString();
        return Guid.TryParseExact(text, "D", out var id) ? id : throw new UnreadableRecordException("A text of the type uuid is none.");
    }

    public static Interval ReadInterval(this ref AvroReader reader)
    {
        var name = reader.ReadBytes();
        foreach (var interval in Interval.All)
        {
            if (System.Text.Ascii.Equals(name, interval.Name))
                return interval;
        }
        throw new UnreadableRecordException($"An interval is none of {Interval.Allowed}.");
    }
}
