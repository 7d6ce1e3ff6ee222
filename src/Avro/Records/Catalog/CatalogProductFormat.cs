using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.Avro.Records.Catalog;

internal sealed class CatalogProductFormat() : AvroFormat<CatalogProduct>("CatalogProduct.avsc")
{
    /// <summary>Number, revision, conflicts and time; the share; and whether it is gone.</summary>
    private const int Fixed = (4 * AvroWriter.MaxLong) + sizeof(double) + 1;

    public override int MaxLength(CatalogProduct record) =>
        Fixed + CatalogFields.RoomOf(record.Key) + RoomOf(record.Name) + RoomOf(record.Brand) + RoomOf(record.Description)
        + CatalogFields.RoomOf(record.Model) + CatalogFields.RoomOf(record.Groups, CatalogFields.RoomOf)
        + CatalogFields.RoomOf(record.Properties, RoomOf) + CatalogFields.RoomOf(record.Sources, RoomOf);

    private protected override void WriteFields(CatalogProduct record, ref AvroWriter writer)
    {
        writer.WriteString(record.Key);
        writer.WriteLong(record.Number);
        writer.WriteLong(record.Revision);
        writer.WriteBoolean(record.Gone);
        Write(ref writer, record.Name);
        Write(ref writer, record.Brand);
        Write(ref writer, record.Description);
        writer.WriteString(record.Model);
        writer.WriteGroups(record.Groups);
        writer.WriteList(record.Properties, static (ref writer, property) =>
        {
            writer.WriteString(property.Attribute);
            writer.WriteValue(property.Value);
            writer.WriteString(property.Partner);
            writer.WriteInstant(property.ChangedAt);
            writer.WriteOthers(property.Others);
            writer.WriteOptional(property.Name);
            writer.WriteOptional(property.Description);
        });
        writer.WriteList(record.Sources, static (ref writer, source) =>
        {
            writer.WriteString(source.Partner);
            writer.WriteString(source.PartnerId);
            writer.WriteInstant(source.ObservedAt);
            writer.WriteString(source.Hash);
        });
        writer.WriteDouble(record.Completeness);
        writer.WriteLong(record.Conflicts);
        writer.WriteInstant(record.ChangedAt);
    }

    private protected override CatalogProduct ReadFields(ref AvroReader reader) => new()
    {
        Key = reader.ReadString(),
        Number = reader.ReadInt(),
        Revision = reader.ReadInt(),
        Gone = reader.ReadBoolean(),
        Name = ReadField(ref reader),
        Brand = ReadField(ref reader),
        Description = ReadField(ref reader),
        Model = reader.ReadString(),
        Groups = reader.ReadGroups(),
        Properties = reader.ReadList(static (ref reader) => new CatalogProductProperty
        {
            Attribute = reader.ReadUsual(),
            Value = reader.ReadValue(),
            Partner = reader.ReadUsual(),
            ChangedAt = reader.ReadInstant(),
            Others = reader.ReadOthers(),
            Name = reader.ReadOptional(),
            Description = reader.ReadOptional(),
        }),
        Sources = reader.ReadList(static (ref reader) =>
            new CatalogSource(reader.ReadUsual(), reader.ReadString(), reader.ReadInstant(), reader.ReadString())),
        Completeness = reader.ReadDouble(),
        Conflicts = reader.ReadInt(),
        ChangedAt = reader.ReadInstant(),
    };

    private static void Write(ref AvroWriter writer, CatalogField field)
    {
        writer.WriteString(field.Value);
        writer.WriteString(field.Partner);
        writer.WriteOthers(field.Others);
    }

    private static CatalogField ReadField(ref AvroReader reader) => new(reader.ReadString(), reader.ReadUsual(), reader.ReadOthers());

    private static int RoomOf(CatalogField field) =>
        CatalogFields.RoomOf(field.Value) + CatalogFields.RoomOf(field.Partner) + CatalogFields.RoomOf(field.Others, CatalogFields.RoomOf);

    private static int RoomOf(CatalogProductProperty property) =>
        CatalogFields.RoomOf(property.Attribute) + CatalogFields.RoomOf(property.Value) + CatalogFields.RoomOf(property.Partner)
        + AvroWriter.MaxLong + CatalogFields.RoomOf(property.Others, CatalogFields.RoomOf) + CatalogFields.RoomOf(property.Name)
        + CatalogFields.RoomOf(property.Description);

    private static int RoomOf(CatalogSource source) =>
        CatalogFields.RoomOf(source.Partner) + CatalogFields.RoomOf(source.PartnerId) + AvroWriter.MaxLong + CatalogFields.RoomOf(source.Hash);
}
