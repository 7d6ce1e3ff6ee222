namespace StockPipeline.Streaming.Groups;

/// <summary>Consecutive records of one partition, which are handed to its work together. Used by the consuming thread.</summary>
internal sealed class RecordRun
{
    /// <summary>Records handed over at once at most.</summary>
    private const int Longest = 256;

    private readonly List<WorkItem> items = new(Longest);
    private int room;

    /// <summary>Whose records they are; null while there is no run.</summary>
    public PartitionProcessor? Work { get; private set; }

    /// <summary>There is no room for another record.</summary>
    public bool IsFull => items.Count >= room;

    /// <summary>The last record taken up from the partition, handed over or not.</summary>
    public long LastOffsetOf(PartitionProcessor work) => ReferenceEquals(work, Work) ? items[^1].Offset : work.LastOffset;

    /// <summary>A record of that work follows at once: <see cref="Add"/> is the next call.</summary>
    public void Begin(PartitionProcessor work)
    {
        Work = work;
        room = Math.Min(work.Room, Longest);
    }

    public void Add(in WorkItem item) => items.Add(item);

    /// <summary>Ends the run: its work has the records.</summary>
    /// <returns>How many there were, and when Kafka got the newest.</returns>
    public (int Count, DateTimeOffset Newest) HandOver()
    {
        Work!.Add(items);
        var handed = (items.Count, DateTimeOffset.FromUnixTimeMilliseconds(items[^1].TimestampMs));
        Forget();
        return handed;
    }

    /// <summary>Drops records nobody has begun; they come again, here or elsewhere.</summary>
    public void Forget()
    {
        Work = null;
        items.Clear();
    }
}
