using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Rates;

namespace StockPipeline.Avro.Records;

internal sealed class TradeInfoFormat() : AvroFormat<TradeInfo>("TradeInfo.avsc")
{
    /// <summary>What stands beside the texts: three numbers, two branches and whether it is enabled.</summary>
    private const int Room = (5 * AvroWriter.MaxLong) + 1;

    public override int MaxLength(TradeInfo record) =>
        Room + AvroWriter.MaxString(record.Url) + AvroWriter.MaxString(record.CurrencyPair) + AvroWriter.MaxString(record.TaskType)
        + AvroWriter.MaxString(record.WrapperType) + AvroWriter.MaxString(record.Problem ?? "");

    private protected override void WriteFields(TradeInfo record, ref AvroWriter writer)
    {
        writer.WriteLong(record.Id);
        writer.WriteString(record.Url);
        writer.WriteString(record.CurrencyPair);
        writer.WriteString(record.TaskType);
        writer.WriteString(record.WrapperType);
        writer.WriteBoolean(record.Enabled);
        writer.WriteLong(record.MaxAgeMs is null ? 0 : 1);
        if (record.MaxAgeMs is { } maxAge)
            writer.WriteLong(maxAge);
        writer.WriteLong(record.Priority);
        writer.WriteLong(record.Problem is null ? 0 : 1);
        if (record.Problem is { } problem)
            writer.WriteString(problem);
    }

    private protected override TradeInfo ReadFields(ref AvroReader reader) => new()
    {
        Id = reader.ReadLong(),
        Url = reader.ReadString(),
        CurrencyPair = reader.ReadString(),
        TaskType = reader.ReadString(),
        WrapperType = reader.ReadString(),
        Enabled = reader.ReadBoolean(),
        MaxAgeMs = reader.ReadIndex(2) == 0 ? null : reader.ReadLong(),
        Priority = reader.ReadInt(),
        Problem = reader.ReadIndex(2) == 0 ? null : reader.ReadString(),
    };
}
