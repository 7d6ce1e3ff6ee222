using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Alerts;

namespace StockPipeline.Avro.Records;

internal sealed class ChatStateFormat() : AvroFormat<ChatState>("ChatState.avsc")
{
    private const int Room = 1 + (2 * AvroWriter.MaxLong) + FieldWriting.MaxOptionalInstant;

    public override int MaxLength(ChatState record) => Room + AvroWriter.MaxString(record.Language)
        + FieldWriting.MaxOptionalText(record.Account) + AvroWriter.MaxString(record.Coins);

    private protected override void WriteFields(ChatState record, ref AvroWriter writer)
    {
        writer.WriteLong(record.ChatId);
        writer.WriteBoolean(record.IsOpen);
        writer.WriteString(record.Language);
        writer.WriteOptionalText(record.Account);
        writer.WriteInstant(record.Since);
        writer.WriteOptionalInstant(record.MutedUntil);
        writer.WriteString(record.Coins);
    }

    private protected override ChatState ReadFields(ref AvroReader reader) => new()
    {
        ChatId = reader.ReadLong(),
        IsOpen = reader.ReadBoolean(),
        Language = reader.ReadString(),
        Account = reader.ReadOptionalText(),
        Since = reader.ReadInstant(),
        MutedUntil = reader.ReadOptionalInstant(),
        Coins = reader.ReadString(),
    };
}

internal sealed class ChatMessageFormat() : AvroFormat<ChatMessage>("ChatMessage.avsc")
{
    private const int Room = 3 + (3 * AvroWriter.MaxLong);

    public override int MaxLength(ChatMessage record) => Room + AvroWriter.MaxString(record.Event);

    private protected override void WriteFields(ChatMessage record, ref AvroWriter writer)
    {
        writer.WriteLong(record.ChatId);
        writer.WriteString(record.Event);
        writer.WriteBranch(record.MessageId.HasValue);
        if (record.MessageId is { } number)
            writer.WriteLong(number);
        writer.WriteBoolean(record.IsWithdrawn);
        writer.WriteBoolean(record.IsSettled);
        writer.WriteInstant(record.At);
    }

    private protected override ChatMessage ReadFields(ref AvroReader reader) => new()
    {
        ChatId = reader.ReadLong(),
        Event = reader.ReadString(),
        MessageId = reader.ReadIndex(2) == 0 ? null : reader.ReadInt(),
        IsWithdrawn = reader.ReadBoolean(),
        IsSettled = reader.ReadBoolean(),
        At = reader.ReadInstant(),
    };
}

internal sealed class ChatLinkFormat() : AvroFormat<ChatLink>("ChatLink.avsc")
{
    public override int MaxLength(ChatLink record) => AvroWriter.MaxLong + AvroWriter.MaxString(record.Account);

    private protected override void WriteFields(ChatLink record, ref AvroWriter writer)
    {
        writer.WriteString(record.Account);
        writer.WriteInstant(record.Expires);
    }

    private protected override ChatLink ReadFields(ref AvroReader reader) => new() { Account = reader.ReadString(), Expires = reader.ReadInstant() };
}
