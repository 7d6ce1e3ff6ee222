using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace StockPipeline.Broker.Storage;

/// <summary>
/// One frame of a journal: length, CRC-32C of the payload, payload; the payload holds the changes of one call, so that they count
/// together or not at all. A change is the length of its key, the key in UTF-8, the length of its value or -1 for a removal, the value.
/// </summary>
internal static class JournalFrame
{
    public const int HeaderBytes = 8;

    /// <summary>A longer frame is never written, and a longer length read back is damage.</summary>
    public const int MaxPayloadBytes = 64 * 1024 * 1024;

    private const int Removed = -1;

    public static void Write(ArrayBufferWriter<byte> target, IEnumerable<KeyValuePair<string, byte[]?>> changes)
    {
        var start = target.WrittenCount;
        target.GetSpan(HeaderBytes)[..HeaderBytes].Clear();
        target.Advance(HeaderBytes);
        foreach (var (key, value) in changes)
        {
            var keyBytes = Encoding.UTF8.GetByteCount(key);
            WriteInt32(target, keyBytes);
            Encoding.UTF8.GetBytes(key, target.GetSpan(keyBytes));
            target.Advance(keyBytes);
            WriteInt32(target, value?.Length ?? Removed);
            target.Write(value);
        }
        var payload = target.WrittenCount - start - HeaderBytes;
        if (payload > MaxPayloadBytes)
            throw new ArgumentException($"A journal frame of {payload} bytes exceeds {MaxPayloadBytes}.", nameof(changes));
        // The writer hands out its memory for reading only; the header goes into the same array.
        var frame = System.Runtime.InteropServices.MemoryMarshal.AsMemory(target.WrittenMemory)[start..].Span;
        BinaryPrimitives.WriteInt32BigEndian(frame, payload);
        BinaryPrimitives.WriteUInt32BigEndian(frame[4..], Crc32C.Of(frame[HeaderBytes..]));
    }

    /// <summary>The payload length a header claims, or null when no frame can start here.</summary>
    public static int? PayloadBytes(ReadOnlySpan<byte> header)
    {
        if (header.Length < HeaderBytes)
            return null;
        var claimed = BinaryPrimitives.ReadInt32BigEndian(header);
        return claimed is > 0 and <= MaxPayloadBytes ? claimed : null;
    }

    public static bool IsSound(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) =>
        BinaryPrimitives.ReadUInt32BigEndian(header[4..]) == Crc32C.Of(payload);

    public static IEnumerable<KeyValuePair<string, byte[]?>> Changes(ReadOnlyMemory<byte> payload)
    {
        while (!payload.IsEmpty)
        {
            var key = Encoding.UTF8.GetString(Take(ref payload, TakeInt32(ref payload)).Span);
            var length = TakeInt32(ref payload);
            yield return new(key, length == Removed ? null : Take(ref payload, length).ToArray());
        }
    }

    private static void WriteInt32(ArrayBufferWriter<byte> target, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(target.GetSpan(4), value);
        target.Advance(4);
    }

    private static int TakeInt32(ref ReadOnlyMemory<byte> rest) => BinaryPrimitives.ReadInt32BigEndian(Take(ref rest, 4).Span);

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> rest, int length)
    {
        if (length < 0 || length > rest.Length)
            throw new InvalidDataException("A journal frame with a right checksum does not hold what its lengths claim.");
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }
}
