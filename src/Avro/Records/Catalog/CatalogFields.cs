using StockPipeline.Avro.Binary;
using StockPipeline.Contracts.Catalog;
using StockPipeline.Contracts.Serialization;

namespace StockPipeline.Avro.Records.Catalog;

/// <summary>Reads one part of a record.</summary>
internal delegate T PartReader<out T>(ref AvroReader reader);

/// <summary>Writes one part of a record.</summary>
internal delegate void PartWriter<in T>(ref AvroWriter writer, T part);

/// <summary>What the records of the catalog share: texts that may be missing, lists, prices and values.</summary>
internal static class CatalogFields
{
    public const int Kinds = 5;

    /// <summary>Members of one list of a record; none in the field has a hundred.</summary>
    private const int MaxMembers = 10_000;

    private const decimal Unscaled = 10_000m;

    /// <summary>The two longs that a list costs beside its members.</summary>
    private const int ListRoom = 2 * AvroWriter.MaxLong;

    public static int RoomOf(string? text) => text is null ? 1 : 1 + AvroWriter.MaxString(text);

    public static int RoomOf<T>(IReadOnlyList<T> list, Func<T, int> room)
    {
        var sum = ListRoom;
        for (var i = 0; i < list.Count; i++)
            sum += room(list[i]);
        return sum;
    }

    public static int RoomOf(CatalogValue value) => RoomOf(value.Raw) + RoomOf(value.RawUnit) + RoomOf(value.Text) + (2 * AvroWriter.MaxLong)
        + ListRoom + (value.Numbers.Count * sizeof(double)) + RoomOf(value.Items, RoomOf);

    public static int RoomOf(CatalogItemGroup group) => RoomOf(group.Group) + RoomOf(group.Name);

    public static int RoomOf(CatalogOther other) => RoomOf(other.Partner) + RoomOf(other.Value) + RoomOf(other.Raw);

    public static void WriteOptional(this ref AvroWriter writer, string? text)
    {
        writer.WriteLong(text is null ? 0 : 1);
        if (text is not null)
            writer.WriteString(text);
    }

    public static string? ReadOptional(this ref AvroReader reader) => reader.ReadIndex(2) == 0 ? null : reader.ReadString();

    public static void WriteOptional(this ref AvroWriter writer, double? number)
    {
        writer.WriteLong(number is null ? 0 : 1);
        if (number is { } known)
            writer.WriteDouble(known);
    }

    public static double? ReadOptionalDouble(this ref AvroReader reader) => reader.ReadIndex(2) == 0 ? null : reader.ReadDouble();

    public static void WriteMoney(this ref AvroWriter writer, decimal amount) => writer.WriteDecimal((long)decimal.Round(amount * Unscaled));

    public static decimal ReadMoney(this ref AvroReader reader) => reader.ReadDecimal() / Unscaled;

    public static void WriteList<T>(this ref AvroWriter writer, IReadOnlyList<T> list, PartWriter<T> write)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(list.Count, MaxMembers, nameof(list));
        if (list.Count > 0)
            writer.WriteLong(list.Count);
        for (var i = 0; i < list.Count; i++)
            write(ref writer, list[i]);
        writer.WriteLong(0);
    }

    public static IReadOnlyList<T> ReadList<T>(this ref AvroReader reader, PartReader<T> read)
    {
        T[] list = [];
        var filled = 0;
        for (var count = reader.ReadLong(); count != 0; count = reader.ReadLong())
        {
            // A block may give its length in bytes after a negated count.
            if (count < 0)
            {
                _ = reader.ReadLong();
                count = -count;
            }
            if (count < 0 || count > MaxMembers - filled)
                throw new UnreadableRecordException($"A list has more than {MaxMembers} members.");
            // No member has less than a byte: what claims more of them than there are bytes gets no room for them.
            Array.Resize(ref list, filled + (int)Math.Min(count, reader.Remaining));
            for (; count > 0; count--)
            {
                var member = read(ref reader);
                if (filled == list.Length)
                    throw new UnreadableRecordException("A list has more members than bytes.");
                list[filled++] = member;
            }
        }
        return list;
    }

    public static void WriteValue(this ref AvroWriter writer, CatalogValue value)
    {
        writer.WriteSymbol((int)value.Kind, Kinds);
        writer.WriteString(value.Raw);
        writer.WriteString(value.RawUnit);
        writer.WriteString(value.Text);
        writer.WriteList(value.Numbers, static (ref writer, number) => writer.WriteDouble(number));
        writer.WriteList(value.Items, static (ref writer, item) => writer.WriteString(item));
        writer.WriteBoolean(value.Suspect);
    }

    public static CatalogValue ReadValue(this ref AvroReader reader) => new()
    {
        Kind = (CatalogKind)reader.ReadIndex(Kinds),
        Raw = reader.ReadUsual(),
        RawUnit = reader.ReadUsual(),
        Text = reader.ReadUsual(),
        Numbers = reader.ReadList(static (ref reader) => reader.ReadDouble()),
        Items = reader.ReadList(static (ref reader) => reader.ReadUsual()),
        Suspect = reader.ReadBoolean(),
    };

    public static void WriteGroups(this ref AvroWriter writer, IReadOnlyList<CatalogItemGroup> groups) =>
        writer.WriteList(groups, static (ref writer, group) =>
        {
            writer.WriteString(group.Group);
            writer.WriteOptional(group.Name);
        });

    public static IReadOnlyList<CatalogItemGroup> ReadGroups(this ref AvroReader reader) =>
        reader.ReadList(static (ref reader) => new CatalogItemGroup(reader.ReadString(), reader.ReadOptional()));

    public static void WriteOthers(this ref AvroWriter writer, IReadOnlyList<CatalogOther> others) =>
        writer.WriteList(others, static (ref writer, other) =>
        {
            writer.WriteString(other.Partner);
            writer.WriteString(other.Value);
            writer.WriteString(other.Raw);
        });

    public static IReadOnlyList<CatalogOther> ReadOthers(this ref AvroReader reader) =>
        reader.ReadList(static (ref reader) => new CatalogOther(reader.ReadUsual(), reader.ReadUsual(), reader.ReadUsual()));
}
