using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace StockPipeline.Broker.Wire;

/// <summary>
/// Writes one answer into a pooled array that grows. With <paramref name="flexible"/> strings, bytes and arrays take their compact form and
/// <see cref="WriteTags"/> ends a struct, so one encoder serves all versions of an API. Regions are sent from where they lie.
/// Not safe for several threads at once; dispose gives the array back and releases the regions.
/// </summary>
internal sealed class WireWriter(bool flexible, short version = 0) : IDisposable
{
    private const int FirstArray = 512;

    private readonly List<(int Position, IRegion Region)> regions = [];
    private byte[] array = ArrayPool<byte>.Shared.Rent(FirstArray);
    private int length;
    private int regionBytes;

    /// <summary>Bytes of the answer, regions included.</summary>
    public int Length => checked(length + regionBytes);

    /// <summary>The bytes written so far, without the regions between them.</summary>
    public ReadOnlySpan<byte> Written => array.AsSpan(0, length);

    /// <summary>The answer in the order it is sent: what was written, and between it the regions, cut into pieces of at most so many bytes.</summary>
    public IEnumerable<SendPacketsElement> Pieces(int regionBytes)
    {
        var from = 0;
        foreach (var (position, region) in regions)
        {
            if (position > from)
                yield return new SendPacketsElement(array.AsMemory(from, position - from));
            from = position;
            for (var offset = 0; offset < region.Length; offset += regionBytes)
                yield return region.Piece(offset, Math.Min(regionBytes, region.Length - offset));
        }
        if (length > from)
            yield return new SendPacketsElement(array.AsMemory(from, length - from));
    }

    /// <summary>
    /// This writer when the answer is of this version or a later one, so that <c>answer.Since(5)?.WriteInt32(1)</c> is a field of those.
    /// </summary>
    public WireWriter? Since(short first) => version >= first ? this : null;

    public void WriteUInt8(byte value) => Grow(1)[0] = value;

    public void WriteInt8(sbyte value) => WriteUInt8((byte)value);

    public void WriteBool(bool value) => WriteUInt8(value ? (byte)1 : (byte)0);

    public void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(Grow(2), value);

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Grow(4), value);

    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Grow(8), value);

    public void WriteUuid(Guid value) => value.TryWriteBytes(Grow(16), bigEndian: true, out _);

    public void WriteVarint(uint value)
    {
        for (; value >= 0x80; value >>= 7)
            WriteUInt8((byte)(value | 0x80));
        WriteUInt8((byte)value);
    }

    public void WriteString(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        WriteNullableString(value);
    }

    public void WriteNullableString(string? value)
    {
        var bytes = value is null ? -1 : Encoding.UTF8.GetByteCount(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, WireLimits.MaxStringBytes, nameof(value));
        if (flexible)
            WriteVarint((uint)(bytes + 1));
        else
            WriteInt16((short)bytes);
        if (bytes > 0)
            Encoding.UTF8.GetBytes(value, Grow(bytes));
    }

    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        WriteLength(value.Length);
        value.CopyTo(Grow(value.Length));
    }

    /// <summary>Bytes that are sent from where they lie; the writer owns the region from here on.</summary>
    public void WriteRegion(IRegion region)
    {
        WriteLength(region.Length);
        regions.Add((length, region));
        regionBytes = checked(regionBytes + region.Length);
    }

    /// <summary>How many bytes or elements follow, or -1 for null.</summary>
    public void WriteLength(int value)
    {
        if (flexible)
            WriteVarint((uint)(value + 1));
        else
            WriteInt32(value);
    }

    /// <summary>An array of structs, or null; each struct is ended by its tags here.</summary>
    public void WriteArray<T>(IReadOnlyCollection<T>? elements, Action<T> write)
    {
        WriteLength(elements?.Count ?? -1);
        foreach (var element in elements ?? [])
        {
            write(element);
            WriteTags();
        }
    }

    public void WriteInt32s(ReadOnlySpan<int> values)
    {
        WriteLength(values.Length);
        foreach (var value in values)
            WriteInt32(value);
    }

    /// <summary>The end of a struct: no tagged fields in the flexible encoding, nothing at all in the older one.</summary>
    public void WriteTags()
    {
        if (flexible)
            WriteUInt8(0);
    }

    /// <summary>Replaces a number written earlier, such as the frame length in front.</summary>
    public void PatchInt32(int position, int value) => BinaryPrimitives.WriteInt32BigEndian(array.AsSpan(position, 4), value);

    public void Dispose()
    {
        foreach (var (_, region) in regions)
            region.Release();
        regions.Clear();
        if (array.Length > 0)
            ArrayPool<byte>.Shared.Return(array);
        array = [];
        length = 0;
    }

    private Span<byte> Grow(int count)
    {
        if (array.Length - length < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(length + count), array.Length * 2));
            Written.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(array);
            array = larger;
        }
        var span = array.AsSpan(length, count);
        length += count;
        return span;
    }
}

/// <summary>Bytes of an answer that stay where they are, in a range of a log file, until the system sends them from there.</summary>
internal interface IRegion
{
    /// <summary>Known before anything is sent: the frame length in front counts it.</summary>
    int Length { get; }

    /// <summary>Some of it, for the socket.</summary>
    SendPacketsElement Piece(int offset, int length);

    /// <summary>Called once, when the answer is sent or given up: lets go of the file.</summary>
    void Release();
}
