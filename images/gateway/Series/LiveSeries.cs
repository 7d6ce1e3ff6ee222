using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Gateway.Series;

/// <summary>
/// One stream of one instrument and interval: its rows, what was said of it last, and who wants to hear. A change is written once for everybody;
/// who has all but the last few changes gets those, who is further behind gets the newest state of each row. Safe from any thread.
/// </summary>
internal sealed class LiveSeries(SeriesTopic topic, Figi figi, string ticker, int keptRows)
{
    /// <summary>Changes kept as they were said.</summary>
    private const int RecentChanges = 16;

    /// <summary>Repairs kept for who falls behind or resumes.</summary>
    private const int MaxNotices = 32;

    private readonly Lock gate = new();
    private readonly SeriesTable table = new(topic.Shape.Columns.Count, keptRows);
    private readonly Queue<Change> recent = new();
    private readonly Queue<Change> notices = new();
    private RowText text = new(topic.Shape, figi.Value, ticker, topic.Interval.Name);
    private IListener[] listeners = [];
    private long recentFrom;
    private long noticesFrom;
    private RowBlock? block;

    /// <summary>Rows of the block from this time on are no longer what they were.</summary>
    private long staleFrom = long.MaxValue;

    public SeriesTopic Topic => topic;

    public Figi Figi => figi;

    /// <summary>Position of the newest change.</summary>
    public long Head { get; private set; }

    /// <summary>Grows when the rows are read anew from the beginning: what was said before counts no longer.</summary>
    public int Generation { get; private set; }

    public long Epoch { get; private set; }

    public int Count => table.Count;

    public int Listeners => listeners.Length;

    /// <summary>There are, or were, older rows than those that are kept.</summary>
    public bool IsTrimmed => table.Count >= keptRows;

    /// <summary>The newest change of a row that is not kept.</summary>
    public long Older => Look(static rows => rows.Older);

    /// <summary>Writes rows as everybody gets them.</summary>
    public RowText Text => text;

    /// <summary>When the newest change was written, in milliseconds since the epoch.</summary>
    public long Written { get; private set; }

    public void Rename(string name)
    {
        lock (gate)
        {
            text = new RowText(topic.Shape, figi.Value, name, topic.Interval.Name);
            block = null;
        }
    }

    public void Set(in Row row, ReadOnlySpan<double> numbers)
    {
        lock (gate)
        {
            Epoch = topic.Shape.HasEpochs ? Math.Max(Epoch, row.Count) : Epoch;
            Written = Math.Max(Written, row.Written);
            if (!table.Set(row, numbers))
                return;
            staleFrom = Math.Min(staleFrom, row.Time);
            Say(row.Position, IsHeard ? Write(row, numbers) : null);
        }
        Tell();
    }

    public void Remove(long time, long position)
    {
        lock (gate)
        {
            var rows = table.Count;
            if (!table.Remove(time, position))
                return;
            if (table.Count < rows)
                staleFrom = Math.Min(staleFrom, time);
            Say(position, IsHeard ? text.Removed(time) : null);
        }
        Tell();
    }

    /// <summary>The row of a time and, where there is one, its numbers.</summary>
    public Row? Find(long time, Span<double> numbers)
    {
        lock (gate)
        {
            var index = table.Find(time);
            if (index < 0)
                return null;
            table.Numbers(index).CopyTo(numbers);
            return table[index];
        }
    }

    /// <summary>Whether a final value would replace another final one said before.</summary>
    public bool IsRepair(long time, long epoch)
    {
        lock (gate)
        {
            var index = table.Find(time);
            return index >= 0 && table[index].Final && table[index].Count < epoch;
        }
    }

    /// <summary>Says that the values of a stretch are about to be replaced.</summary>
    public void Announce(long position, long epoch, long from, long to)
    {
        lock (gate)
        {
            var notice = new Change(position, text.Repair(epoch, from, to));
            notices.Enqueue(notice);
            if (notices.Count > MaxNotices)
                noticesFrom = notices.Dequeue().Position;
            Say(position, IsHeard ? notice.Text : null);
        }
    }

    /// <summary>Forgets everything: the topic is read anew.</summary>
    public void Clear()
    {
        lock (gate)
        {
            table.Clear();
            recent.Clear();
            notices.Clear();
            (Head, recentFrom, noticesFrom, Epoch, block, staleFrom) = (0, 0, 0, 0, null, long.MaxValue);
            Generation++;
        }
    }

    public void Add(IListener listener)
    {
        lock (gate)
            listeners = [.. listeners, listener];
    }

    public void Drop(IListener listener)
    {
        lock (gate)
            listeners = [.. listeners.Where(one => one != listener)];
    }

    public void Tell()
    {
        if (!topic.IsLive)
            return;
        foreach (var listener in Volatile.Read(ref listeners))
            listener.Signal();
    }

    /// <summary>Whether everything after a position can still be said.</summary>
    public bool Reaches(long position)
    {
        lock (gate)
            return position >= Math.Max(table.Forgotten, noticesFrom);
    }

    /// <summary>What happened after a position, in order; at most so many changes.</summary>
    public void After(long position, int limit, List<Change> found)
    {
        lock (gate)
        {
            if (position >= Head)
                return;
            if (position >= recentFrom)
            {
                foreach (var change in recent)
                {
                    if (change.Position > position && found.Count < limit)
                        found.Add(change);
                }
                return;
            }
            Newest(position, found);
        }
        found.Sort(static (one, other) => one.Position.CompareTo(other.Position));
        if (found.Count > limit)
            found.RemoveRange(limit, found.Count - limit);
    }

    /// <summary>The last so many rows, or more where somebody asked for more before.</summary>
    public RowBlock Last(int count)
    {
        lock (gate)
        {
            if (block is { } kept && staleFrom == long.MaxValue && kept.Count >= Math.Min(count, table.Count))
                return kept.Position == Head ? kept : block = kept.At(Head);
            block = Block(Math.Max(0, table.Count - Math.Max(count, block?.Count ?? 0)));
            staleFrom = long.MaxValue;
            return block;
        }
    }

    /// <summary>Looks at the rows while nothing changes.</summary>
    public T Look<T>(Func<SeriesTable, T> look)
    {
        lock (gate)
            return look(table);
    }

    private bool IsHeard => listeners.Length > 0 && topic.IsLive;

    private void Say(long position, byte[]? said)
    {
        Head = Math.Max(Head, position);
        if (said is null)
        {
            recent.Clear();
            recentFrom = Head;
            return;
        }
        recent.Enqueue(new Change(position, said));
        if (recent.Count > RecentChanges)
            recentFrom = recent.Dequeue().Position;
    }

    private byte[] Write(in Row row, ReadOnlySpan<double> numbers)
    {
        Span<byte> room = stackalloc byte[text.Room];
        return room[..text.Write(row, numbers, room)].ToArray();
    }

    private void Newest(long position, List<Change> found)
    {
        for (var i = 0; i < table.Count; i++)
        {
            var row = table[i];
            if (row.Position > position)
                found.Add(new Change(row.Position, Write(row, table.Numbers(i))));
        }
        foreach (var (at, time) in table.Removals)
        {
            if (at > position)
                found.Add(new Change(at, text.Removed(time)));
        }
        found.AddRange(notices.Where(notice => notice.Position > position));
    }

    /// <summary>The rows from one on; what the block before had of them, and still holds, is not written again.</summary>
    private RowBlock Block(int first)
    {
        var made = first == table.Count || block is not { Count: > 0 } before || before.TimeAt(0) > table[first].Time
            ? new RowBlock.Maker()
            : new RowBlock.Maker(before, table[first].Time, staleFrom);
        while (first + made.Count < table.Count)
        {
            var index = first + made.Count;
            var row = table[index];
            made.Add(row.Time, text.Write(row, table.Numbers(index), made.Room(text.Room)));
        }
        return made.Done(Head);
    }
}
