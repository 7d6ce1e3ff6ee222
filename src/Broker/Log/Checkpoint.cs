using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Log;

/// <summary>What a log knows beside its batches, as of <see cref="ProducersAt"/>: batches from there on are replayed over it.</summary>
internal sealed record Checkpoint(long LogStart, long ProducersAt, CleaningHistory Cleaning, EpochHistory Epochs, ProducerStates Producers)
{
    private const string FileName = "checkpoint";
    private const uint Mark = 0x53504333;

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

    /// <summary>A log that never wrote one, or whose file is not what was written, knows nothing.</summary>
    public static Checkpoint Load(LogEnvironment environment, string folder)
    {
        var path = Path.Combine(folder, FileName);
        using var reader = SmallFile.TryUnseal(environment.Disk, path, Mark);
        if (reader is not null)
            return new(reader.ReadInt64(), reader.ReadInt64(), CleaningHistory.Read(reader), EpochHistory.Read(reader), ProducerStates.Read(reader));
        if (environment.Disk.Exists(path))
            LogEvents.CheckpointDamaged(environment.Logger, Path.GetFileName(folder));
        return new(0, 0, new(), new(), new());
    }
}
