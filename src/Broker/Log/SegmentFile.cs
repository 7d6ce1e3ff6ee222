using StockPipeline.Broker.Storage;

namespace StockPipeline.Broker.Log;

/// <summary>
/// The open file of a segment, shared by its users and closed when nobody needs it: hundreds of partitions must not hold
/// thousands of files open. A file that is deleted or replaced stays readable for those that hold it. Safe from any thread.
/// </summary>
internal sealed class SegmentFile
{
    private readonly IDisk disk;
    private readonly Lock gate = new();
    private Lease? open;
    private int holders;
    private bool isRetired;
    private bool wasUsed;

    public SegmentFile(IDisk disk, string path, IDiskFile? opened = null)
    {
        this.disk = disk;
        Path = path;
        open = opened is null ? null : new(this, opened);
    }

    public string Path { get; }

    /// <summary>Null when the segment has left the log: look again where its offsets are now. Otherwise dispose once.</summary>
    public Lease? TryHold()
    {
        lock (gate)
        {
            if (isRetired)
                return null;
            open ??= new(this, disk.Open(Path));
            holders++;
            wasUsed = true;
            return open;
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

    private void Release()
    {
        lock (gate)
        {
            holders--;
            if (holders == 0 && isRetired)
                Close();
        }
    }

    private void Close()
    {
        open?.File.Dispose();
        open = null;
    }

    /// <summary>The file, open until its last holder disposed this: one object for all of them, so that a read allocates none.</summary>
    public sealed class Lease(SegmentFile owner, IDiskFile file) : IDisposable
    {
        public IDiskFile File => file;

        public void Dispose() => owner.Release();
    }
}
