using System.Buffers.Binary;
using StockPipeline.Avro.Binary;

namespace StockPipeline.Avro.Records.Catalog;

/// <summary>
/// What shops write of one card they write of thousands: codes, units and values stand in memory once while they are in use. A table of fixed size in
/// which a newcomer takes the place of whoever has it, so it never grows; places are single references, so threads need no lock.
/// </summary>
internal static class CatalogTexts
{
    private const int PlaceBits = 12;

    /// <summary>Longer texts are one card's own.</summary>
    private const int MaxBytes = 64;

    private static readonly Known?[] Table = new Known?[1 << PlaceBits];

    /// <summary>Reads a text that is likely to have been read before.</summary>
    public static string ReadUsual(this ref AvroReader reader)
    {
        var ahead = reader;
        var bytes = ahead.ReadBytes();
        if (bytes.IsEmpty)
        {
            reader = ahead;
            return string.Empty;
        }
        if (bytes.Length > MaxBytes)
            return reader.ReadString();
        ref var place = ref Table[Place(bytes)];
        var known = Volatile.Read(ref place);
        if (known is not null && bytes.SequenceEqual(known.Bytes))
        {
            reader = ahead;
            return known.Text;
        }
        var text = reader.ReadString();
        Volatile.Write(ref place, new Known(bytes.ToArray(), text));
        return text;
    }

    private static uint Place(ReadOnlySpan<byte> text)
    {
        ulong hash = (uint)text.Length;
        for (; text.Length >= sizeof(ulong); text = text[sizeof(ulong)..])
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(text));
        foreach (var one in text)
            hash = (hash << 8) ^ one ^ (hash >> 56);
        return (uint)(Mix(hash) >> (64 - PlaceBits));
    }

    private static ulong Mix(ulong hash) => (hash ^ (hash >> 29)) * 0x9E3779B97F4A7C15;

    private sealed record Known(byte[] Bytes, string Text);
}
