using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;
using StockPipeline.Contracts.Serialization;

namespace StockPipeline.Avro.Binary;

/// <summary>
/// Reads Avro's binary encoding. A length is checked against what remains before anything is allocated for it; whatever cannot be read
/// is an <see cref="UnreadableRecordException"/>.
/// </summary>
public ref struct AvroReader(ReadOnlySpan<byte> source)
{
    private readonly ReadOnlySpan<byte> bytes = source;
    private int position;

    public int Position
    {
        readonly get => position;
        set => position = (uint)value <= (uint)bytes.Length ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public readonly int Remaining => bytes.Length - position;

    public bool ReadBoolean()
    {
        var value = ReadByte();
        return value <= 1 ? value == 1 : throw Unreadable($"{value} is not a boolean");
    }

    public long ReadLong()
    {
        var source = bytes;
        var at = position;
        if ((uint)at >= (uint)source.Length)
            throw Truncated();
        ulong value = source[at++];
        if (value > 0x7f)
        {
            value &= 0x7f;
            for (var shift = 7; ; shift += 7)
            {
                if ((uint)at >= (uint)source.Length)
                    throw Truncated();
                ulong next = source[at++];
                value |= (next & 0x7f) << shift;
                if (next <= 0x7f)
                {
                    if (shift == 63 && next > 1)
                        throw Unreadable("a number has more than 64 bits");
                    break;
                }
                if (shift == 63)
                    throw Unreadable("a number has more than 10 bytes");
            }
        }
        position = at;
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public int ReadInt()
    {
        var value = ReadLong();
        return value == (int)value ? (int)value : throw Unreadable($"{value} is not an int");
    }

    /// <summary>An enum's position or a union's branch, which must be one of <paramref name="count"/>.</summary>
    public int ReadIndex(int count)
    {
        var value = ReadLong();
        return (ulong)value < (ulong)count ? (int)value : throw Unreadable($"{value} is not one of {count} symbols or branches");
    }

    public double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(ReadRaw(sizeof(double)));

    public float ReadFloat() => BinaryPrimitives.ReadSingleLittleEndian(ReadRaw(sizeof(float)));

    /// <summary>The bytes of a string or of bytes, where they lie.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadLong();
        return length >= 0 && length <= Remaining
            ? ReadRaw((int)length)
            : throw Unreadable($"a length of {length} where {Remaining} bytes remain");
    }

    public string ReadString()
    {
        var text = ReadBytes();
        return Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : throw Unreadable("a text is not UTF-8");
    }

    /// <summary>The unscaled value of a decimal that fits a long; superfluous sign bytes are accepted.</summary>
    public long ReadDecimal()
    {
        var length = ReadLong();
        if (length is >= 1 and <= sizeof(long) && Remaining >= sizeof(long))
        {
            var word = BinaryPrimitives.ReadInt64BigEndian(bytes[position..]);
            position += (int)length;
            return word >> (int)(64 - (length << 3));
        }
        return ReadDecimalSlowly(length);
    }

    /// <summary>The unscaled value of a decimal that fits 128 bits.</summary>
    public Int128 ReadWideDecimal()
    {
        var raw = ReadBytes();
        if (raw.Length is 0 or > 16)
            throw Unreadable($"a decimal of {raw.Length} bytes is not one of 128 bits");
        Int128 value = (sbyte)raw[0];
        for (var at = 1; at < raw.Length; at++)
            value = (value << 8) | raw[at];
        return value;
    }

    public ReadOnlySpan<byte> ReadRaw(int count)
    {
        if ((uint)count > (uint)Remaining)
            throw Truncated();
        var raw = bytes.Slice(position, count);
        position += count;
        return raw;
    }

    /// <summary>Says that nothing may follow any more.</summary>
    public readonly void ExpectEnd()
    {
        if (Remaining != 0)
            throw Unreadable($"{Remaining} bytes follow the record");
    }

    private byte ReadByte()
    {
        if ((uint)position >= (uint)bytes.Length)
            throw Truncated();
        return bytes[position++];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private long ReadDecimalSlowly(long length)
    {
        if (length <= 0 || length > Remaining)
            throw Unreadable($"a decimal of {length} bytes where {Remaining} bytes remain");
        var raw = ReadRaw((int)length);
        var value = (long)(sbyte)raw[0];
        for (var at = 1; at < raw.Length; at++)
        {
            if (value is >= 1L << 55 or < -(1L << 55))
                throw Unreadable($"a decimal of {length} bytes is more than 64 bits");
            value = (value << 8) | raw[at];
        }
        return value;
    }

    private static UnreadableRecordException Unreadable(string what) => new($"Not the Avro record that was expected: {what}.");

    private static UnreadableRecordException Truncated() => Unreadable("it ends too early");
}
