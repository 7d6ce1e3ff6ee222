using System.Buffers.Binary;
using System.Text;

namespace StockPipeline.Broker.Storage;

/// <summary>
/// One frame of a journal: length, CRC-32C of the payload, payload; the payload holds the changes of one call, so that they count
/// together or not at all. A change is its key, the length of its value or -1 for a removal, the value.
/// </summary>
internal static class JournalFrame
{
    public const int HeaderBytes = 8;

    /// <summary>A longer frame is never written, and a longer length read back is damage.</summary>
    public const int MaxPayloadBytes = 64 * 1024 * 1024;

    private const int Removed = -1;

    public static void Write(MemoryStream target, IEnumerable<KeyValuePair<string, byte[]?>> changes)
    {
        var start = (int)target.Length;
        using var writer = new BinaryWriter(target, Encoding.UTF8, leaveOpen: true);
        writer.Write(new byte[HeaderBytes]);
        foreach (var (key, value) in changes)
        {
            writer.Write(key);
            writer.Write(value?.Length ?? Removed);
            writer.Write(value ?? []);
        }
        var frame = target.GetBuffer().AsSpan(start..(int)target.Length);
        var payload = frame[HeaderBytes..];
        if (payload.Length > MaxPayloadBytes)
            throw new ArgumentException($"A journal frame of {payload.Length} bytes exceeds {MaxPayloadBytes}.", nameof(changes));
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame[sizeof(int)..], Crc32C.Of(payload));
    }

    /// <summary>The payload of the frame that some bytes begin with, and whether its checksum is right; null when no whole frame does.</summary>
    public static (ReadOnlyMemory<byte> Payload, bool IsSound)? Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < HeaderBytes)
            return null;
        var claimed = BinaryPrimitives.ReadInt32BigEndian(bytes.Span);
        if (claimed is <= 0 or > MaxPayloadBytes || claimed > bytes.Length - HeaderBytes)
            return null;
        var payload = bytes.Slice(HeaderBytes, claimed);
        return (payload, BinaryPrimitives.ReadUInt32BigEndian(bytes.Span[sizeof(int)..]) == Crc32C.Of(payload.Span));
    }

    public static IEnumerable<KeyValuePair<string, byte[]?>> Changes(ReadOnlyMemory<byte> payload)
    {
        using var reader = new BinaryReader(new MemoryStream(payload.ToArray()));
        while (reader.BaseStream.Position < payload.Length)
        {
            var key = reader.ReadString();
            var length = reader.ReadInt32();
            yield return new(key, length == Removed ? null : reader.ReadBytes(length));
        }
    }
}
