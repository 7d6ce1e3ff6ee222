using System.Buffers.Binary;
using System.Text;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Serialization;

namespace StockPipeline.Avro.Records;

/// <summary>
/// A few thousand instruments stand in millions of records: one text for each is enough. A table of fixed size in which a newcomer takes
/// the place of whoever has it, so it never grows; places are single references, so threads need no lock.
/// </summary>
internal static class FigiTexts
{
    private const int Places = 4096;

    private static readonly Known?[] Table = new Known?[Places];

    public static Figi Read(ReadOnlySpan<byte> text)
    {
        ref var place = ref Table[Place(text)];
        var known = Volatile.Read(ref place);
        if (known is not null && text.SequenceEqual(known.Bytes))
            return known.Figi;
        // A character outside ASCII becomes '?', which no FIGI holds.
        if (text.Length > Figi.MaxLength || !Figi.TryParse(Encoding.ASCII.GetString(text), out var figi))
            throw new UnreadableRecordException("A text is not a FIGI.");
        Volatile.Write(ref place, new Known(text.ToArray(), figi));
        return figi;
    }

    private static uint Place(ReadOnlySpan<byte> text)
    {
        // FIGIs of one country begin alike: the last eight characters tell them apart.
        var tail = text.Length >= sizeof(ulong) ? BinaryPrimitives.ReadUInt64LittleEndian(text[^sizeof(ulong)..]) : Short(text);
        return (uint)((tail * 0x9E3779B97F4A7C15) >> 52);
    }

    private static ulong Short(ReadOnlySpan<byte> text)
    {
        ulong word = 0;
        foreach (var character in text)
            word = (word << 8) | character;
        return word;
    }

    private sealed record Known(byte[] Bytes, Figi Figi);
}
