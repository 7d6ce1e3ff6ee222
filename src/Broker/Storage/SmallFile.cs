using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace StockPipeline.Broker.Storage;

/// <summary>Files that are read and replaced as a whole. Sealed content has a mark of its format and a checksum in front.</summary>
internal static class SmallFile
{
    public const string TemporaryEnding = ".tmp";

    private const int SealSize = 8;

    /// <summary>When it returns, the new content survives a power loss; until then the old one stands.</summary>
    public static void Replace(IDisk disk, string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + TemporaryEnding;
        using (var file = disk.Open(temporary))
        {
            file.SetLength(0);
            file.Write(content, 0);
            file.Flush();
        }
        disk.Move(temporary, path);
        disk.FlushFolder(Path.GetDirectoryName(path)!);
    }

    public static byte[] Read(IDisk disk, string path)
    {
        using var file = disk.Open(path);
        var content = new byte[file.Length];
        file.Read(content, 0);
        return content;
    }

    public static byte[] Seal(uint mark, Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(mark);
        writer.Write(0);
        write(writer);
        writer.Flush();
        var bytes = stream.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(sizeof(uint)), Crc32C.Of(bytes.AsSpan(SealSize)));
        return bytes;
    }

    /// <summary>Stands behind the seal; null when the file is missing or not what was sealed.</summary>
    public static BinaryReader? TryUnseal(IDisk disk, string path, uint mark)
    {
        if (!disk.Exists(path))
            return null;
        var bytes = Read(disk, path);
        var isSealed = bytes.Length >= SealSize && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == mark
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(sizeof(uint))) == Crc32C.Of(bytes.AsSpan(SealSize));
        return isSealed ? new BinaryReader(new MemoryStream(bytes, SealSize, bytes.Length - SealSize)) : null;
    }

    /// <summary>Rows as they lie in memory: these files stay on the machine that wrote them.</summary>
    public static void WriteRows<T>(this BinaryWriter writer, ReadOnlySpan<T> rows)
        where T : unmanaged
    {
        writer.Write(rows.Length);
        writer.Write(MemoryMarshal.AsBytes(rows));
    }

    public static T[] ReadRows<T>(this BinaryReader reader)
        where T : unmanaged
    {
        var rows = new T[reader.ReadInt32()];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(rows.AsSpan()));
        return rows;
    }
}
