namespace StockPipeline.Broker.Log;

/// <summary>
/// The open file of a segment, shared by its users and closed when nobody needs it: hundreds of partitions must not hold
/// thousands of files open. A file that is deleted or replaced stays readable for those that hold it. Safe from any thread.
/// </summary>
internal sealed class SegmentFile(IDisk disk, string path)
{
    private readonly Lock gate = new();
    private IDiskFile? file;
    private int holders;
    private bool isRetired;
    private bool wasUsed;

    public SegmentFile(IDisk disk, string path, IDiskFile opened)
        : this(disk, path)
    {
        file = opened;
        holders = 1;
    }

    public string Path { get; } = path;

    /// <summary>False when the segment has left the log: look again where its offsets are now. Otherwise release once.</summary>
    public bool TryHold(out IDiskFile held)
    {
        lock (gate)
        {
            held = null!;
            if (isRetired)
                return false;
            held = file ??= disk.Open(Path);
            holders++;
            wasUsed = true;
            return true;
        }
    }

    public void Release()
    {
        lock (gate)
        {
            holders--;
            if (holders == 0 && isRetired)
                Close();
        }
    }

    /// <summary>No new holders from here on.</summary>
    public void Retire()
    {
        lock (gate)
        {
            isRetired = true;
            if (holders == 0)
                Close();
        }
    }

    /// <summary>Closes the file if nobody held it since the last call. True when it did or had nothing to close.</summary>
    public bool CloseIfIdle()
    {
        lock (gate)
        {
            var isIdle = holders == 0 && !wasUsed;
            wasUsed = false;
            if (isIdle)
                Close();
            return isIdle;
        }
    }

    private void Close()
    {
        file?.Dispose();
        file = null;
    }
}
