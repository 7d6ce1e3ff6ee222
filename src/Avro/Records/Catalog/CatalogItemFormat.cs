using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.Avro.Records.Catalog;

internal sealed class CatalogItemFormat() : AvroFormat<CatalogItem>("CatalogItem.avsc")
{
    public override int MaxLength(CatalogItem record) =>
        CatalogFields.RoomOf(record.Product) + CatalogFields.RoomOf(record.Partner) + CatalogFields.RoomOf(record.Fingerprint)
        + CatalogFields.RoomOf(record.PartnerId) + CatalogFields.RoomOf(record.Name) + CatalogFields.RoomOf(record.Brand)
        + CatalogFields.RoomOf(record.Model) + CatalogFields.RoomOf(record.Description)
        + CatalogFields.RoomOf(record.Groups, CatalogFields.RoomOf) + CatalogFields.RoomOf(record.Properties, RoomOf)
        + AvroWriter.MaxLong + CatalogFields.RoomOf(record.Hash);

    private protected override void WriteFields(CatalogItem record, ref AvroWriter writer)
    {
        writer.WriteString(record.Product);
        writer.WriteString(record.Partner);
        writer.WriteString(record.Fingerprint);
        writer.WriteString(record.PartnerId);
        writer.WriteOptional(record.Name);
        writer.WriteOptional(record.Brand);
        writer.WriteOptional(record.Model);
        writer.WriteOptional(record.Description);
        writer.WriteGroups(record.Groups);
        writer.WriteList(record.Properties, static (ref writer, property) =>
        {
            writer.WriteString(property.Attribute);
            writer.WriteValue(property.Value);
            writer.WriteInstant(property.ChangedAt);
            writer.WriteOptional(property.Name);
            writer.WriteOptional(property.Description);
        });
        writer.WriteInstant(record.ObservedAt);
        writer.WriteString(record.Hash);
    }

    private protected override CatalogItem ReadFields(ref AvroReader reader) => new()
    {
        Product = reader.ReadString(),
        Partner = reader.ReadUsual(),
        Fingerprint = reader.ReadString(),
        PartnerId = reader.ReadString(),
        Name = reader.ReadOptional(),
        Brand = reader.ReadIndex(2) == 0 ? null : reader.ReadUsual(),
        Model = reader.ReadOptional(),
        Description = reader.ReadOptional(),
        Groups = reader.ReadGroups(),
        Properties = reader.ReadList(static (ref reader) => new CatalogItemProperty
        {
            Attribute = reader.ReadUsual(),
            Value = reader.ReadValue(),
            ChangedAt = reader.ReadInstant(),
            Name = reader.ReadOptional(),
            Description = reader.ReadOptional(),
        }),
        ObservedAt = reader.ReadInstant(),
        Hash = reader.ReadString(),
    };

    private static int RoomOf(CatalogItemProperty property) => CatalogFields.RoomOf(property.Attribute) + CatalogFields.RoomOf(property.Value)
        + AvroWriter.MaxLong + CatalogFields.RoomOf(property.Name) + CatalogFields.RoomOf(property.Description);
}
