namespace StockPipeline.Broker.Log;

/// <summary>
/// What the parts of one log share. Changes, and looks at more than one thing at a time, need <see cref="Gate"/>; the offsets and the
/// list of segments may be read without.
/// </summary>
internal sealed class LogState(LogEnvironment environment, string folder, LogRecovery.Result found)
{
    private long startOffset = found.StartOffset;
    private long endOffset = found.EndOffset;

    public Lock Gate { get; } = new();

    public LogEnvironment Environment { get; } = environment;

    public string Folder { get; } = folder;

    public string Name { get; } = Path.GetFileName(folder);

    public SegmentList Segments { get; } = new(environment, folder, found.Segments);

    public EpochHistory Epochs { get; } = found.Checkpoint.Epochs;

    public ProducerStates Producers { get; } = found.Checkpoint.Producers;

    public CleaningHistory Cleaning { get; } = found.Checkpoint.Cleaning;

    public LogWaiters Waiters { get; } = new();

    public long StartOffset
    {
        get => Volatile.Read(ref startOffset);
        set => Volatile.Write(ref startOffset, value);
    }

    public long EndOffset
    {
        get => Volatile.Read(ref endOffset);
        set => Volatile.Write(ref endOffset, value);
    }
}
