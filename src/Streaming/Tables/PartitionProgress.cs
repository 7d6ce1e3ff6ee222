namespace StockPipeline.Streaming.Tables;

/// <summary>How far one partition of one table has been read. Used by the reader's thread alone.</summary>
internal sealed class PartitionProgress
{
    private const long Unknown = -1;

    private long end = Unknown;
    private long saidEnd = Unknown;

    /// <summary>The offset after the last record read; gaps that compaction left are passed over.</summary>
    public long Next { get; private set; } = Unknown;

    /// <summary>Up to which offset everything has been read, also where the last records of the log are gone.</summary>
    public long LoadedTo => Math.Max(Next, saidEnd);

    /// <summary>What we had written to the partition, ever, when it came.</summary>
    public long WrittenBefore { get; init; }

    public bool IsCaughtUp { get; private set; }

    public long Records { get; private set; }

    public bool HasBegun => Next != Unknown;

    /// <summary>True for an offset that was passed already: the log is not the one it was.</summary>
    public bool WentBack(long offset) => offset < Next;

    /// <summary>The end of the log when its first record came; catching up means to reach it.</summary>
    public void EndsAt(long offset) => end = offset > 0 ? offset : Unknown;

    public void Passed(long offset)
    {
        Next = offset + 1;
        Records++;
    }

    /// <summary>True at the moment the end is reached for the first time.</summary>
    public bool ReachesEnd() => !IsCaughtUp && end != Unknown && Next >= end && CatchUp();

    /// <summary>The broker says that there is nothing more before the offset. True at the first time.</summary>
    public bool AtEnd(long offset)
    {
        saidEnd = offset;
        return !IsCaughtUp && CatchUp();
    }

    private bool CatchUp()
    {
        IsCaughtUp = true;
        return true;
    }
}
