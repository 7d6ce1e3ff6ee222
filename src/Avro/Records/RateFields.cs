using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Rates;
using StockPipeline.Contracts.Serialization;

namespace StockPipeline.Avro.Records;

/// <summary>How prices of rates stand in Avro: decimal(38,18), which a long does not hold.</summary>
internal static class RateFields
{
    public static void WriteRate(this ref AvroWriter writer, decimal value) => writer.WriteWideDecimal(RateDecimal.ToUnscaled(value));

    public static void WriteOptionalRate(this ref AvroWriter writer, decimal? value)
    {
        writer.WriteLong(value is null ? 0 : 1);
        if (value is { } known)
            writer.WriteRate(known);
    }

    public static decimal ReadRate(this ref AvroReader reader)
    {
        var unscaled = reader.ReadWideDecimal();
        return RateDecimal.TryFromUnscaled(unscaled, out var value)
            ? value
            : throw new UnreadableRecordException($"{unscaled} has more than {RateDecimal.Precision} digits.");
    }

    public static decimal? ReadOptionalRate(this ref AvroReader reader) => reader.ReadIndex(2) == 0 ? null : reader.ReadRate();

    public static TimeSpan ReadMilliseconds(this ref AvroReader reader)
    {
        var ms = reader.ReadLong();
        return ms >= 0 && ms <= (long)TimeSpan.MaxValue.TotalMilliseconds / 2
            ? TimeSpan.FromMilliseconds(ms)
            : throw new UnreadableRecordException($"{ms} ms is not a duration.");
    }
}
