using System.Buffers.Binary;
using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Log;

/// <summary>What a log knows beside its batches, as of <see cref="ProducersAt"/>: batches from there on are replayed over it.</summary>
internal sealed record Checkpoint(long LogStart, long ProducersAt, CleaningHistory Cleaning, EpochHistory Epochs, ProducerStates Producers)
{
    private const string FileName = "checkpoint";
    private const uint Mark = 0x53504332;
    private const int HeaderSize = 8;

    public static Checkpoint Nothing => new(0, 0, new(), new(), new());

    /// <summary>The bytes to write: taken under the partition's lock, written outside of it.</summary>
    public byte[] Encode()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Mark);
        writer.Write(0);
        writer.Write(LogStart);
        writer.Write(ProducersAt);
        Cleaning.Write(writer);
        Epochs.Write(writer);
        Producers.Write(writer);
        writer.Flush();
        var bytes = stream.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(sizeof(uint)), Crc32C.Of(bytes.AsSpan(HeaderSize)));
        return bytes;
    }

    public static void Save(IDisk disk, string folder, byte[] encoded) => SmallFile.Replace(disk, Path.Combine(folder, FileName), encoded);

    /// <summary>Null when the file is there but not what was written. A log that never wrote one knows nothing.</summary>
    public static Checkpoint? Load(IDisk disk, string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!disk.Exists(path))
            return Nothing;
        var bytes = SmallFile.Read(disk, path);
        if (bytes.Length < HeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Mark
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(sizeof(uint))) != Crc32C.Of(bytes.AsSpan(HeaderSize)))
            return null;
        using var reader = new BinaryReader(new MemoryStream(bytes, HeaderSize, bytes.Length - HeaderSize));
        return new(reader.ReadInt64(), reader.ReadInt64(), CleaningHistory.Read(reader), EpochHistory.Read(reader), ProducerStates.Read(reader));
    }
}
