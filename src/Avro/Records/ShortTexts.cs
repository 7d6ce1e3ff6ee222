using System.Text;
using StockPipeline.Contracts.Serialization;

namespace StockPipeline.Avro.Records;

/// <summary>
/// A few names stand in millions of records: one text for each is enough. A table of fixed size in which a newcomer takes the place of whoever has
/// it, so it never grows; places are single references, so threads need no lock.
/// </summary>
internal static class ShortTexts
{
    private const int Places = 256;

    private static readonly Known?[] Table = new Known?[Places];

    public static string Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return string.Empty;
        ref var place = ref Table[Place(bytes)];
        var known = Volatile.Read(ref place);
        if (known is not null && bytes.SequenceEqual(known.Bytes))
            return known.Text;
        if (bytes.Length >= FieldWriting.MaxShortText || !Ascii.IsValid(bytes))
            throw new UnreadableRecordException("A name is longer than a name, or not plain.");
        var text = Encoding.ASCII.GetString(bytes);
        Volatile.Write(ref place, new Known(bytes.ToArray(), text));
        return text;
    }

    private static uint Place(ReadOnlySpan<byte> text)
    {
        var hash = 2_166_136_261;
        foreach (var letter in text)
            hash = (hash ^ letter) * 16_777_619;
        return hash % Places;
    }

    private sealed record Known(byte[] Bytes, string Text);
}
