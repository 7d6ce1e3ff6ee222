namespace StockPipeline.Indicators.Candles;

/// <summary>
/// The candles of one instrument, once for all its indicators. They may come in any order, again, corrected, and go again; what they were when the
/// indicators were last calculated is remembered until <see cref="Settle"/>. Not safe for use from two threads.
/// </summary>
public sealed class CandleSeries
{
    /// <summary>Trimming happens in steps of this many candles, so that its cost is spread.</summary>
    public const int TrimStep = 256;

    /// <summary>Room kept for <see cref="changes"/> between two calculations.</summary>
    private const int MaxKept = 64;

    private readonly int kept;
    private readonly int runUp;
    private readonly List<CandleChange> changes = [];
    private bool wasSettled;

    /// <param name="fields">What the indicators look at.</param>
    /// <param name="history">At least so many candles are kept open to repairs.</param>
    /// <param name="runUp">So many more are kept before them, for the indicators to begin a repair with.</param>
    public CandleSeries(CandleFields fields, int history, int runUp)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(history, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(runUp, 1);
        Columns = new CandleColumns(fields);
        kept = history + runUp;
        this.runUp = runUp;
    }

    public CandleColumns Columns { get; }

    public int Count => Columns.Count;

    /// <summary>Older candles were forgotten: what comes earlier than those that can be repaired can no longer be taken.</summary>
    public bool Trimmed => Columns.Forgotten > 0;

    /// <summary>Open time of the oldest candle kept.</summary>
    public long FirstOpenTime => Count == 0 ? throw new InvalidOperationException("The series is empty.") : Columns.OpenTime[0];

    /// <summary>Something changed since the indicators were last calculated.</summary>
    public bool IsDirty => wasSettled ? changes.Count > 0 : Count > 0;

    /// <summary>The most candles that are ever kept at once.</summary>
    public int MaxCount => kept + TrimStep;

    /// <summary>A full series, what comes before the next trimming, and as much again for changes that come together.</summary>
    private int FullRoom => kept + (2 * TrimStep);

    /// <summary>Candles that were changed since the last calculation, in order of time; none where there was no calculation yet.</summary>
    internal IReadOnlyList<CandleChange> Changes => changes;

    internal bool WasSettled => wasSettled;

    public bool TryGet(long openTime, out CandleRow row)
    {
        var index = Columns.Find(openTime);
        row = index >= 0 ? Columns[index] : default;
        return index >= 0;
    }

    /// <summary>Puts a candle in its place.</summary>
    public CandleEffect Set(in CandleRow row)
    {
        if (Count == 0 || row.OpenTime > Columns.OpenTime[Count - 1])
        {
            Remember(row.OpenTime, existed: false, default);
            Columns.Add(row, FullRoom);
            return CandleEffect.Appended;
        }
        var index = Columns.Find(row.OpenTime);
        if (index < 0)
        {
            index = ~index;
            if (IsBeyondRepair(index))
                return CandleEffect.TooOld;
            Remember(row.OpenTime, existed: false, default);
            Columns.Insert(index, row, FullRoom);
            return CandleEffect.Inserted;
        }
        if (Columns.IsSame(index, row))
            return CandleEffect.Unchanged;
        if (IsBeyondRepair(index))
            return CandleEffect.TooOld;
        var before = Columns[index];
        Remember(row.OpenTime, existed: true, before);
        Columns.Put(index, row);
        return before.Final ? CandleEffect.Corrected : CandleEffect.Formed;
    }

    /// <summary>Takes a candle out again.</summary>
    /// <returns>False where it is not kept.</returns>
    public bool Remove(long openTime)
    {
        var index = Columns.Find(openTime);
        if (index < 0 || IsBeyondRepair(index))
            return false;
        Remember(openTime, existed: true, Columns[index]);
        Columns.RemoveAt(index);
        return true;
    }

    /// <summary>All indicators have seen the changes: they are forgotten, and so are the oldest candles where there are too many.</summary>
    public void Settle()
    {
        changes.Clear();
        if (changes.Capacity > MaxKept)
            changes.Capacity = 0;
        if (Count >= MaxCount)
            Columns.RemoveFirst(Count - kept);
        // Room that only reading a long topic took is given back.
        if (!wasSettled && Columns.Room > FullRoom)
            Columns.Resize(Math.Max(Count, FullRoom));
        wasSettled = true;
    }

    /// <summary>
    /// Writes the candles as they were at the last calculation, from an index of today on, into the columns given. The candles before the first
    /// change are the same, so that index must not lie behind it.
    /// </summary>
    internal void CopyFormer(int from, CandleColumns target)
    {
        target.Clear();
        target.Forgotten = Columns.Position(from);
        var index = from;
        foreach (var change in changes)
        {
            var until = Columns.Find(change.OpenTime);
            var (end, next) = until >= 0 ? (until, until + 1) : (~until, ~until);
            target.AddRange(Columns, index, end);
            if (change.Existed)
                target.Add(change.Former);
            index = next;
        }
        target.AddRange(Columns, index, Count);
    }

    private bool IsBeyondRepair(int index) => Trimmed && index < runUp;

    /// <summary>The first change of a candle is the one that knows what it was.</summary>
    private void Remember(long openTime, bool existed, in CandleRow former)
    {
        if (!wasSettled)
            return;
        var index = changes.Count;
        while (index > 0 && changes[index - 1].OpenTime > openTime)
            index--;
        if (index > 0 && changes[index - 1].OpenTime == openTime)
            return;
        changes.Insert(index, new CandleChange(openTime, existed, former));
    }
}

/// <summary>What a candle was before it changed, or that there was none.</summary>
internal readonly record struct CandleChange(long OpenTime, bool Existed, CandleRow Former);
