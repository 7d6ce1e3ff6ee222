namespace StockPipeline.Broker.Log;

/// <summary>What a log knows beside its batches, as of <see cref="ProducersAt"/>: batches from there on are replayed over it.</summary>
internal sealed record Checkpoint(long LogStart, long ProducersAt, CleaningHistory Cleaning, EpochHistory Epochs, ProducerStates Producers)
{
    private const string FileName = "checkpoint";
    private const uint Mark = 0x53504333;

    public static Checkpoint Nothing => new(0, 0, new(), new(), new());

    /// <summary>The bytes to write: taken under the partition's lock, written outside of it.</summary>
    public byte[] Encode() => SmallFile.Seal(Mark, writer =>
    {
        writer.Write(LogStart);
        writer.Write(ProducersAt);
        Cleaning.Write(writer);
        Epochs.Write(writer);
        Producers.Write(writer);
    });

    public static void Save(IDisk disk, string folder, byte[] encoded) => SmallFile.Replace(disk, Path.Combine(folder, FileName), encoded);

    /// <summary>Null when the file is there but not what was written. A log that never wrote one knows nothing.</summary>
    public static Checkpoint? Load(IDisk disk, string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!disk.Exists(path))
            return Nothing;
        using var reader = SmallFile.TryUnseal(disk, path, Mark);
        return reader is null
            ? null
            : new(reader.ReadInt64(), reader.ReadInt64(), CleaningHistory.Read(reader), EpochHistory.Read(reader), ProducerStates.Read(reader));
    }
}
