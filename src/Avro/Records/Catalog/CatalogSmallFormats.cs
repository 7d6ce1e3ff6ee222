using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.Avro.Records.Catalog;

internal sealed class CatalogOfferFormat() : AvroFormat<CatalogOffer>("CatalogOffer.avsc")
{
    private const int Fixed = (3 * AvroWriter.MaxDecimal) + (2 * AvroWriter.MaxLong) + 4;

    public override int MaxLength(CatalogOffer record) =>
        Fixed + CatalogFields.RoomOf(record.Product) + CatalogFields.RoomOf(record.Partner) + CatalogFields.RoomOf(record.Currency);

    private protected override void WriteFields(CatalogOffer record, ref AvroWriter writer)
    {
        writer.WriteString(record.Product);
        writer.WriteString(record.Partner);
        writer.WriteMoney(record.Price);
        writer.WriteLong(record.OldPrice is null ? 0 : 1);
        if (record.OldPrice is { } old)
            writer.WriteMoney(old);
        writer.WriteString(record.Currency);
        writer.WriteBoolean(record.Available);
        writer.WriteInstant(record.ObservedAt);
        writer.WriteLong(record.Held is null ? 0 : 1);
        if (record.Held is { } held)
            writer.WriteMoney(held);
        writer.WriteOptionalInstant(record.HeldSince);
    }

    private protected override CatalogOffer ReadFields(ref AvroReader reader) => new()
    {
        Product = reader.ReadString(),
        Partner = reader.ReadString(),
        Price = reader.ReadMoney(),
        OldPrice = reader.ReadIndex(2) == 0 ? null : reader.ReadMoney(),
        Currency = reader.ReadString(),
        Available = reader.ReadBoolean(),
        ObservedAt = reader.ReadInstant(),
        Held = reader.ReadIndex(2) == 0 ? null : reader.ReadMoney(),
        HeldSince = reader.ReadOptionalInstant(),
    };
}

internal sealed class CatalogChangeFormat() : AvroFormat<CatalogChange>("CatalogChange.avsc")
{
    public override int MaxLength(CatalogChange record) =>
        (2 * AvroWriter.MaxLong) + CatalogFields.RoomOf(record.Product) + CatalogFields.RoomOf(record.Field) + CatalogFields.RoomOf(record.From)
        + CatalogFields.RoomOf(record.To) + CatalogFields.RoomOf(record.Partner);

    private protected override void WriteFields(CatalogChange record, ref AvroWriter writer)
    {
        writer.WriteString(record.Product);
        writer.WriteLong(record.Revision);
        writer.WriteString(record.Field);
        writer.WriteOptional(record.From);
        writer.WriteOptional(record.To);
        writer.WriteString(record.Partner);
        writer.WriteInstant(record.At);
    }

    private protected override CatalogChange ReadFields(ref AvroReader reader) => new()
    {
        Product = reader.ReadString(),
        Revision = reader.ReadInt(),
        Field = reader.ReadString(),
        From = reader.ReadOptional(),
        To = reader.ReadOptional(),
        Partner = reader.ReadString(),
        At = reader.ReadInstant(),
    };
}

internal sealed class CatalogPartnerFormat() : AvroFormat<CatalogPartner>("CatalogPartner.avsc")
{
    private const int States = 5;

    public override int MaxLength(CatalogPartner record) =>
        (7 * AvroWriter.MaxLong) + CatalogFields.RoomOf(record.Partner) + CatalogFields.RoomOf(record.Error);

    private protected override void WriteFields(CatalogPartner record, ref AvroWriter writer)
    {
        writer.WriteString(record.Partner);
        writer.WriteSymbol((int)record.State, States);
        writer.WriteLong(record.Products);
        writer.WriteLong(record.BadItems);
        writer.WriteOptionalInstant(record.CompleteAt);
        writer.WriteInstant(record.TriedAt);
        writer.WriteOptional(record.Error);
        writer.WriteLong(record.HeldPrices);
    }

    private protected override CatalogPartner ReadFields(ref AvroReader reader) => new()
    {
        Partner = reader.ReadString(),
        State = (PartnerState)reader.ReadIndex(States),
        Products = reader.ReadInt(),
        BadItems = reader.ReadInt(),
        CompleteAt = reader.ReadOptionalInstant(),
        TriedAt = reader.ReadInstant(),
        Error = reader.ReadOptional(),
        HeldPrices = reader.ReadInt(),
    };
}

internal sealed class CatalogAttributeFormat() : AvroFormat<CatalogAttribute>("CatalogAttribute.avsc")
{
    public override int MaxLength(CatalogAttribute record) =>
        (5 * AvroWriter.MaxLong) + (2 * sizeof(double)) + CatalogFields.RoomOf(record.Code) + CatalogFields.RoomOf(record.Group.Code)
        + CatalogFields.RoomOf(record.Group.Name) + CatalogFields.RoomOf(record.Unit) + CatalogFields.RoomOf(record.EnglishName)
        + CatalogFields.RoomOf(record.Description)
        + CatalogFields.RoomOf(record.Names, static name =>
            CatalogFields.RoomOf(name.Partner) + CatalogFields.RoomOf(name.Id) + CatalogFields.RoomOf(name.Name));

    private protected override void WriteFields(CatalogAttribute record, ref AvroWriter writer)
    {
        writer.WriteString(record.Code);
        writer.WriteLong(record.Number);
        writer.WriteString(record.Group.Code);
        writer.WriteLong(record.Group.Number);
        writer.WriteString(record.Group.Name);
        writer.WriteSymbol((int)record.Kind, CatalogFields.Kinds);
        writer.WriteString(record.Unit);
        writer.WriteOptional(record.Min);
        writer.WriteOptional(record.Max);
        writer.WriteString(record.EnglishName);
        writer.WriteList(record.Names, static (ref writer, name) =>
        {
            writer.WriteString(name.Partner);
            writer.WriteString(name.Id);
            writer.WriteString(name.Name);
        });
        writer.WriteOptional(record.Description);
        writer.WriteBoolean(record.Unmapped);
    }

    private protected override CatalogAttribute ReadFields(ref AvroReader reader) => new()
    {
        Code = reader.ReadString(),
        Number = reader.ReadInt(),
        Group = new CatalogGroup(reader.ReadString(), reader.ReadInt(), reader.ReadString()),
        Kind = (CatalogKind)reader.ReadIndex(CatalogFields.Kinds),
        Unit = reader.ReadString(),
        Min = reader.ReadOptionalDouble(),
        Max = reader.ReadOptionalDouble(),
        EnglishName = reader.ReadString(),
        Names = reader.ReadList(static (ref reader) => new CatalogAttributeName(reader.ReadString(), reader.ReadString(), reader.ReadString())),
        Description = reader.ReadOptional(),
        Unmapped = reader.ReadBoolean(),
    };
}

internal sealed class CatalogAliasFormat() : AvroFormat<CatalogAlias>("CatalogAlias.avsc")
{
    public override int MaxLength(CatalogAlias record) =>
        CatalogFields.RoomOf(record.Partner) + CatalogFields.RoomOf(record.Fingerprint) + CatalogFields.RoomOf(record.Product);

    private protected override void WriteFields(CatalogAlias record, ref AvroWriter writer)
    {
        writer.WriteString(record.Partner);
        writer.WriteString(record.Fingerprint);
        writer.WriteString(record.Product);
    }

    private protected override CatalogAlias ReadFields(ref AvroReader reader) => new(reader.ReadString(), reader.ReadString(), reader.ReadString());
}
