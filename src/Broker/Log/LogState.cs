using StockPipeline.Broker.Protocol;

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
