using StockPipeline.Broker.Protocol;
using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Log;

/// <summary>
/// What the parts of one log share. Changes, and looks at more than one thing at a time, need <see cref="Gate"/>; the offsets and the
/// list of segments may be read without.
/// </summary>
internal sealed class LogState(LogEnvironment environment, string folder, LogSettings settings, LogRecovery.Result found)
{
    private long startOffset = found.Checkpoint.LogStart;

    public Lock Gate { get; } = new();

    public LogEnvironment Environment { get; } = environment;

    public string Folder { get; } = folder;

    public string Name { get; } = Path.GetFileName(folder);

    public SegmentList Segments { get; } = new(environment, folder, found.Segments);

    public EpochHistory Epochs { get; } = found.Checkpoint.Epochs;

    public ProducerStates Producers { get; } = found.Checkpoint.Producers;

    public CleaningHistory Cleaning { get; } = found.Checkpoint.Cleaning;

    /// <summary>Raised after every append, deletion and closing: wakes the parked fetches, as many as connections wait.</summary>
    public event Action? Moved;

    public LogSettings Settings { get; set; } = settings;

    /// <summary>What a log that was closed answers to everything; None before.</summary>
    public ErrorCode ClosedWith { get; set; } = ErrorCode.None;

    public bool IsClosed => ClosedWith != ErrorCode.None;

    /// <summary>Why nothing may be appended any more; None while the log is in order.</summary>
    public ErrorCode Refusal { get; set; } = ErrorCode.None;

    public long StartOffset
    {
        get => Volatile.Read(ref startOffset);
        set => Volatile.Write(ref startOffset, value);
    }

    public long EndOffset => Segments.Active.Summary.NextOffset;

    public void Wake() => Moved?.Invoke();
}

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

/// <summary>
/// How a parked fetch learns that a log moved. Watch the logs, then look, then wait: what happens after watching began is never
/// missed. To wait again, <see cref="Rearm"/> before looking again. One waiter; set from any thread.
/// </summary>
internal sealed class LogSignal
{
    private volatile TaskCompletionSource moved = NewSource();

    /// <summary>Completes when a watched log moved since the signal was made or rearmed.</summary>
    public Task Moved => moved.Task;

    public void Rearm()
    {
        if (moved.Task.IsCompleted)
            moved = NewSource();
    }

    public void Set() => moved.TrySetResult();

    // The appending thread must not run the fetch it wakes.
    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
