using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Log;

/// <summary>
/// The index of a segment on disk, and with it the promise up to where the segment need not be read again after a crash.
/// Replaced as a whole; a damaged one counts as missing.
/// </summary>
internal static class IndexFile
{
    private const uint Mark = 0x53504931;
    private const int HeaderSize = 48;

    public static void Write(IDisk disk, string path, SegmentSummary summary, OffsetIndex.Entry[] entries)
    {
        var bytes = new byte[HeaderSize + (entries.Length * Marshal.SizeOf<OffsetIndex.Entry>())];
        MemoryMarshal.AsBytes<OffsetIndex.Entry>(entries).CopyTo(bytes.AsSpan(HeaderSize));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Mark);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(4), summary.Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(12), summary.NextOffset);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(20), summary.FirstTime);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(28), summary.LargestTime);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(36), entries.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(40), Crc32C.Of(bytes.AsSpan(HeaderSize)));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(44), Crc32C.Of(bytes.AsSpan(0, 44)));
        SmallFile.Replace(disk, path, bytes);
    }

    public static bool TryReadSummary(IDisk disk, string path, [NotNullWhen(true)] out SegmentSummary? summary)
    {
        summary = null;
        if (!disk.Exists(path))
            return false;
        using var file = disk.Open(path);
        Span<byte> header = stackalloc byte[HeaderSize];
        return file.Read(header, 0) == HeaderSize && TryParse(header, out summary);
    }

    public static bool TryRead(IDisk disk, string path, [NotNullWhen(true)] out SegmentSummary? summary, out OffsetIndex.Entry[] entries)
    {
        summary = null;
        entries = [];
        if (!disk.Exists(path))
            return false;
        var bytes = SmallFile.Read(disk, path);
        if (bytes.Length < HeaderSize || !TryParse(bytes, out summary))
            return false;
        var body = bytes.AsSpan(HeaderSize);
        if (body.Length != BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(36)) * (long)Marshal.SizeOf<OffsetIndex.Entry>())
            return false;
        if (Crc32C.Of(body) != BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(40)))
            return false;
        entries = MemoryMarshal.Cast<byte, OffsetIndex.Entry>(body).ToArray();
        return true;
    }

    private static bool TryParse(ReadOnlySpan<byte> header, [NotNullWhen(true)] out SegmentSummary? summary)
    {
        summary = null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != Mark)
            return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[44..]) != Crc32C.Of(header[..44]))
            return false;
        summary = new(
            BinaryPrimitives.ReadInt64LittleEndian(header[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[20..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[28..]));
        return true;
    }
}
