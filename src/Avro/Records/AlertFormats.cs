using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Contracts.Serialization;

namespace StockPipeline.Avro.Records;

internal sealed class AlertRuleFormat() : AvroFormat<AlertRule>("AlertRule.avsc")
{
    private const int Room = 1 + sizeof(double) + (2 * AvroWriter.MaxLong) + FieldWriting.MaxOptionalInstant;

    public override int MaxLength(AlertRule record) => Room + AvroWriter.MaxString(record.Owner) + AvroWriter.MaxString(record.Id)
        + AlertFields.MaxLength(record.Condition);

    private protected override void WriteFields(AlertRule record, ref AvroWriter writer)
    {
        writer.WriteString(record.Owner);
        writer.WriteString(record.Id);
        writer.WriteCondition(record.Condition);
        writer.WriteDouble(record.Margin);
        writer.WriteBoolean(record.Repeats);
        writer.WriteSpan(record.Cooldown);
        writer.WriteInstant(record.Since);
        writer.WriteOptionalInstant(record.Expires);
    }

    private protected override AlertRule ReadFields(ref AvroReader reader) => new()
    {
        Owner = reader.ReadString(),
        Id = reader.ReadString(),
        Condition = reader.ReadCondition(),
        Margin = reader.ReadFinite(),
        Repeats = reader.ReadBoolean(),
        Cooldown = reader.ReadSpan(),
        Since = reader.ReadInstant(),
        Expires = reader.ReadOptionalInstant(),
    };
}

internal sealed class AlertEventFormat() : AvroFormat<AlertEvent>("AlertEvent.avsc")
{
    private const int Room = 2 + (2 * sizeof(double)) + (2 * AvroWriter.MaxLong);

    public override int MaxLength(AlertEvent record) => Room + AvroWriter.MaxString(record.Owner) + AvroWriter.MaxString(record.RuleId)
        + AlertFields.MaxLength(record.Condition);

    private protected override void WriteFields(AlertEvent record, ref AvroWriter writer)
    {
        writer.WriteString(record.Owner);
        writer.WriteString(record.RuleId);
        writer.WriteCondition(record.Condition);
        writer.WriteInstant(record.OpenTime);
        writer.WriteBoolean(record.IsWithdrawn);
        writer.WriteBoolean(record.IsLate);
        writer.WriteDouble(record.Value);
        writer.WriteDouble(record.Threshold);
        writer.WriteInstant(record.SaidAt);
    }

    private protected override AlertEvent ReadFields(ref AvroReader reader) => new()
    {
        Owner = reader.ReadString(),
        RuleId = reader.ReadString(),
        Condition = reader.ReadCondition(),
        OpenTime = reader.ReadInstant(),
        IsWithdrawn = reader.ReadBoolean(),
        IsLate = reader.ReadBoolean(),
        Value = reader.ReadDouble(),
        Threshold = reader.ReadDouble(),
        SaidAt = reader.ReadInstant(),
    };
}

/// <summary>What rules and events have in common.</summary>
internal static class AlertFields
{
    private const int Kinds = 9;

    private const int Room = 2 + sizeof(double) + (2 * AvroWriter.MaxLong) + (2 * FieldWriting.MaxShortText);

    private static readonly long LongestMs = (long)TimeSpan.FromDays(36_500).TotalMilliseconds;

    public static int MaxLength(AlertCondition condition) => Room + AvroWriter.MaxString(condition.Name) + AvroWriter.MaxString(condition.Source)
        + AvroWriter.MaxString(condition.Line) + FieldWriting.MaxOptionalText(condition.Against);

    public static void WriteCondition(this ref AvroWriter writer, AlertCondition condition)
    {
        writer.WriteFigi(condition.Figi);
        writer.WriteString(condition.Name);
        writer.WriteShortAscii(condition.Interval.Name);
        writer.WriteSymbol((int)condition.Kind, Kinds);
        writer.WriteString(condition.Source);
        writer.WriteString(condition.Line);
        writer.WriteOptionalText(condition.Against);
        writer.WriteDouble(condition.Level);
        writer.WriteBoolean(condition.IsPercent);
        writer.WriteSpan(condition.Window);
        writer.WriteBoolean(condition.IsProvisional);
    }

    public static AlertCondition ReadCondition(this ref AvroReader reader) => new()
    {
        Figi = reader.ReadFigi(),
        Name = reader.ReadString(),
        Interval = reader.ReadInterval(),
        Kind = (AlertKind)reader.ReadIndex(Kinds),
        Source = reader.ReadString(),
        Line = reader.ReadString(),
        Against = reader.ReadOptionalText(),
        Level = reader.ReadFinite(),
        IsPercent = reader.ReadBoolean(),
        Window = reader.ReadSpan(),
        IsProvisional = reader.ReadBoolean(),
    };

    public static void WriteSpan(this ref AvroWriter writer, TimeSpan span) => writer.WriteLong((long)span.TotalMilliseconds);

    public static TimeSpan ReadSpan(this ref AvroReader reader)
    {
        var ms = reader.ReadLong();
        return ms >= 0 && ms <= LongestMs ? TimeSpan.FromMilliseconds(ms) : throw new UnreadableRecordException($"{ms} ms is not a time to wait.");
    }

    public static double ReadFinite(this ref AvroReader reader)
    {
        var value = reader.ReadDouble();
        return double.IsFinite(value) ? value : throw new UnreadableRecordException("A number is not finite.");
    }
}
