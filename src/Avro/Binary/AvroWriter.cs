using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace StockPipeline.Avro.Binary;

/// <summary>
/// Writes Avro's binary encoding into the caller's buffer, which must have room for the most the value can take; it allocates nothing.
/// </summary>
public ref struct AvroWriter(Span<byte> destination)
{
    /// <summary>The most a long, or an int, can take.</summary>
    public const int MaxLong = 10;

    /// <summary>The most a decimal of a long can take.</summary>
    public const int MaxDecimal = 1 + sizeof(long);

    /// <summary>The most a decimal of 128 bits can take.</summary>
    public const int MaxWideDecimal = 1 + 16;

    private readonly Span<byte> buffer = destination;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>The most a string can take.</summary>
    public static int MaxString(string value) => MaxLong + Encoding.UTF8.GetMaxByteCount(value.Length);

    public void WriteBoolean(bool value) => buffer[Length++] = value ? (byte)1 : (byte)0;

    /// <summary>Also an int, an enum's position, a union's branch and a length: all are written alike.</summary>
    public void WriteLong(long value)
    {
        var zigzag = (ulong)((value << 1) ^ (value >> 63));
        var target = buffer;
        var at = Length;
        while (zigzag > 0x7f)
        {
            target[at++] = (byte)(zigzag | 0x80);
            zigzag >>= 7;
        }
        target[at++] = (byte)zigzag;
        Length = at;
    }

    public void WriteDouble(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(buffer[Length..], value);
        Length += sizeof(double);
    }

    public void WriteFloat(float value)
    {
        BinaryPrimitives.WriteSingleLittleEndian(buffer[Length..], value);
        Length += sizeof(float);
    }

    public void WriteString(string value)
    {
        WriteLong(Encoding.UTF8.GetByteCount(value));
        Length += Encoding.UTF8.GetBytes(value, buffer[Length..]);
    }

    /// <summary>A string known to be short ASCII: its length takes one byte and needs no counting.</summary>
    public void WriteShortAscii(scoped ReadOnlySpan<char> value)
    {
        if (value.Length > 63 || Ascii.FromUtf16(value, buffer[(Length + 1)..], out var written) != System.Buffers.OperationStatus.Done)
            throw new ArgumentException("A short ASCII text is expected.", nameof(value));
        buffer[Length] = (byte)(written << 1);
        Length += 1 + written;
    }

    /// <summary>The unscaled value of a decimal: the fewest bytes of two's complement, big end first.</summary>
    public void WriteDecimal(long unscaled)
    {
        var bits = 65 - BitOperations.LeadingZeroCount((ulong)(unscaled ^ (unscaled >> 63)));
        var count = (bits + 7) >> 3;
        var target = buffer.Slice(Length, MaxDecimal);
        target[0] = (byte)(count << 1);
        // All eight bytes are written with one store; what follows overwrites those beyond the count.
        BinaryPrimitives.WriteInt64BigEndian(target[1..], unscaled << (64 - (count << 3)));
        Length += 1 + count;
    }

    /// <summary>The same of a decimal that a long does not hold.</summary>
    public void WriteWideDecimal(Int128 unscaled)
    {
        Span<byte> all = stackalloc byte[MaxWideDecimal - 1];
        BinaryPrimitives.WriteInt128BigEndian(all, unscaled);
        var skipped = 0;
        // A leading byte that only repeats the sign of the next one is superfluous.
        while (skipped < all.Length - 1 && all[skipped] == (byte)((sbyte)all[skipped + 1] >> 7))
            skipped++;
        WriteLong(all.Length - skipped);
        WriteRaw(all[skipped..]);
    }

    public void WriteRaw(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(buffer[Length..]);
        Length += bytes.Length;
    }
}
