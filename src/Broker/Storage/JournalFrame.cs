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

    /// <summary>The payload length a header claims, or null when no frame can start here.</summary>
    public static int? PayloadBytes(ReadOnlySpan<byte> header)
    {
        var claimed = BinaryPrimitives.ReadInt32BigEndian(header);
        return claimed is > 0 and <= MaxPayloadBytes ? claimed : null;
    }

    public static bool IsSound(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) =>
        BinaryPrimitives.ReadUInt32BigEndian(header[sizeof(int)..]) == Crc32C.Of(payload);

    public static IEnumerable<KeyValuePair<string, byte[]?>> Changes(byte[] payload)
    {
        using var reader = new BinaryReader(new MemoryStream(payload));
        while (reader.BaseStream.Position < payload.Length)
        {
            var key = reader.ReadString();
            var length = reader.ReadInt32();
            yield return new(key, length == Removed ? null : reader.ReadBytes(length));
        }
    }
}
