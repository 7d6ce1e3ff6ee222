using System.Buffers.Binary;
using System.Text;

namespace StockPipeline.Broker.Wire;

/// <summary>
/// Reads one request. With <paramref name="flexible"/> strings, bytes and arrays are in their compact form and every struct ends in tagged
/// fields, so one decoder serves all versions of an API. Throws <see cref="MalformedRequestException"/> before anything is allocated for a lie.
/// Bytes behind the last field are nobody's concern, as in Apache Kafka: librdkafka writes a compact null as four bytes when it asks for all topics.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes, bool flexible, short version = 0)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private readonly bool flexible = flexible;
    private readonly short version = version;
    private int position;

    /// <summary>Reads the fields of one struct in an array, but for its tags.</summary>
    public delegate T Element<out T>(ref WireReader reader);

    public readonly int Position => position;

    public readonly int Remaining => bytes.Length - position;

    /// <summary>Whether the request is of this version or a later one.</summary>
    public readonly bool Since(short first) => version >= first;

    public byte ReadUInt8() => Take(1)[0];

    public sbyte ReadInt8() => (sbyte)ReadUInt8();

    public bool ReadBool() => ReadUInt8() != 0;

    public short ReadInt16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    /// <summary>All zero means "none".</summary>
    public Guid ReadUuid() => new(Take(16), bigEndian: true);

    public uint ReadVarint() =>
        Varint.TryReadUnsigned(bytes, ref position, out var value) ? value : throw Malformed("a varint is cut short or too long");

    public string ReadString() => ReadNullableString() ?? throw Malformed("a string is null where the protocol has none");

    public string? ReadNullableString()
    {
        var length = flexible ? ReadCompactLength() : ReadInt16();
        return ReadText(length);
    }

    /// <summary>The client id of a request header, which stays non-compact in every header version.</summary>
    public string? ReadClassicNullableString() => ReadText(ReadInt16());

    /// <summary>Bytes that must be there; a view into the request.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        var (start, length) = ReadNullableBytesRange();
        return length < 0 ? throw Malformed("bytes are null where the protocol has none") : bytes.Slice(start, length);
    }

    /// <summary>Where nullable bytes lie in the request, for a handler that needs them as memory; length -1 is null.</summary>
    public (int Start, int Length) ReadNullableBytesRange()
    {
        var length = flexible ? ReadCompactLength() : ReadInt32();
        if (length < -1)
            throw Malformed($"bytes have length {length}");
        if (length == -1)
            return (position, -1);
        var start = position;
        Take(length);
        return (start, length);
    }

    /// <summary>
    /// An array of structs, each with its tags behind it; null where the array is. Every element takes at least some bytes, so a count beyond
    /// what is left is a lie.
    /// </summary>
    public T[]? ReadNullableArray<T>(Element<T> read, bool withTags = true, int minBytes = 1)
    {
        var length = flexible ? ReadCompactLength() : ReadInt32();
        if (length < -1 || length > Remaining / minBytes || length > WireLimits.MaxArrayLength)
            throw Malformed($"an array has {length} elements in {Remaining} bytes");
        if (length < 0)
            return null;
        var elements = new T[length];
        for (var i = 0; i < length; i++)
        {
            elements[i] = read(ref this);
            if (withTags)
                SkipTags();
        }
        return elements;
    }

    public T[] ReadArray<T>(Element<T> read, bool withTags = true, int minBytes = 1) =>
        ReadNullableArray(read, withTags, minBytes) ?? throw Malformed("an array is null where the protocol has none");

    public string[] ReadStrings() => ReadArray(static (ref reader) => reader.ReadString(), withTags: false);

    public string[]? ReadNullableStrings() => ReadNullableArray(static (ref reader) => reader.ReadString(), withTags: false);

    public int[] ReadInt32s() => ReadArray(static (ref reader) => reader.ReadInt32(), withTags: false, sizeof(int));

    /// <summary>The end of a struct: tagged fields nobody here knows are skipped; nothing at all in the older encoding.</summary>
    public void SkipTags()
    {
        if (!flexible)
            return;
        var count = ReadVarint();
        for (uint i = 0; i < count; i++)
        {
            ReadVarint();
            var size = ReadVarint();
            if (size > (uint)Remaining)
                throw Malformed($"a tagged field has {size} bytes of {Remaining}");
            Take((int)size);
        }
    }

    private int ReadCompactLength()
    {
        var length = ReadVarint();
        return length > int.MaxValue ? throw Malformed($"a compact length is {length}") : (int)length - 1;
    }

    private string? ReadText(int length) => length switch
    {
        -1 => null,
        < -1 or > WireLimits.MaxStringBytes => throw Malformed($"a string has {length} bytes"),
        0 => string.Empty,
        _ => Encoding.UTF8.GetString(Take(length)),
    };

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > Remaining)
            throw Malformed($"{count} bytes wanted, {Remaining} left");
        var taken = bytes.Slice(position, count);
        position += count;
        return taken;
    }

    private static MalformedRequestException Malformed(string what) => new($"Malformed request: {what}.");
}

/// <summary>The bytes of a request are not what the protocol allows; the connection they came from is closed without an answer.</summary>
internal sealed class MalformedRequestException(string message) : Exception(message);

/// <summary>What a request may hold. One past a limit is a malformed request and costs the sender its connection.</summary>
internal static class WireLimits
{
    /// <summary>Characters are counted in bytes, as the int16 length of the older encodings does.</summary>
    public const int MaxStringBytes = short.MaxValue;

    /// <summary>Elements of one array: a hundred million empty elements must not fit into a hundred-megabyte frame.</summary>
    public const int MaxArrayLength = 100_000;

    /// <summary>The smallest frame: api key, version and correlation id.</summary>
    public const int MinFrameBytes = 8;
}
