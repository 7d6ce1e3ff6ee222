using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Log;

/// <summary>What all logs of one broker share. Immutable.</summary>
internal sealed record LogEnvironment(IDisk Disk, TimeProvider Clock, ILogger Logger)
{
    /// <summary>Grows by one with every start after a death that was not clean; stamped into every batch.</summary>
    public int LeaderEpoch { get; init; }

    public FlushPolicy Flush { get; init; } = FlushPolicy.Interval;

    /// <summary>Keys one compaction pass remembers, about 40 bytes each; what does not fit waits for the next pass.</summary>
    public int MaxKeysPerPass { get; init; } = 1_000_000;

    /// <summary>
    /// What compaction goes through in one turn before the rest waits for the next: it must not take the disk and a processor from the clients for
    /// minutes. One log is always compacted whole.
    /// </summary>
    public long MaxCleanedPerTurn { get; init; } = 256 * 1024 * 1024;

    public long Now => Clock.GetUtcNow().ToUnixTimeMilliseconds();
}
