using StockPipeline.Contracts.Records;

namespace StockPipeline.Workers.Ledger;

/// <summary>
/// What the gap ledger says of one instrument and interval: what is open, and what is proven. An answered range proves every slot in it, for
/// as long as this lives: that an answered entry is asked again takes nothing back.
/// </summary>
public sealed class SeriesLedger
{
    private readonly Dictionary<int, LedgerEntry> open = [];
    private readonly Dictionary<int, int> answered = [];
    private readonly Dictionary<int, GapState> states = [];
    private readonly List<WaitingTask> waiting = [];

    /// <summary>What is suspected or requested.</summary>
    public IReadOnlyCollection<LedgerEntry> Open => open.Values;

    /// <summary>Tasks that history has not come to yet, whoever asked, in the order they will be taken up.</summary>
    public IReadOnlyList<WaitingTask> Waiting => waiting;

    /// <summary>Every slot in here has its candle or never had one.</summary>
    public MinuteRanges Proven { get; } = new();

    /// <summary>The state of each entry, by its last word.</summary>
    public IReadOnlyCollection<GapState> States => states.Values;

    /// <summary>One more with every change.</summary>
    public int Version { get; private set; }

    /// <summary>The open entry that begins at the minute.</summary>
    public LedgerEntry? OpenAt(int from) => open.GetValueOrDefault(from);

    /// <summary>A task that will answer the entry that begins at the minute waits for history: to ask again would not hasten it.</summary>
    public bool IsAskedFrom(int from) => waiting.Exists(task => task.From == from && task.IsAnswered);

    /// <summary>Tasks of whomever that history has not come to yet bring the whole range.</summary>
    public bool WillBring(int from, int to) => waiting.Exists(task => task.From <= from && to <= task.To);

    /// <summary>A repair of whomever waits that brings the whole range, and will do so soon.</summary>
    public bool IsRepaired(int from, int to) => waiting.Exists(task => task.IsRepair && task.From <= from && to <= task.To);

    /// <summary>Takes note of a task in the queue of history.</summary>
    public void Enqueue(WaitingTask task) => waiting.Add(task);

    /// <summary>The task is done: what it was to bring is there, or is to be asked for again.</summary>
    public void Dequeue(long offset)
    {
        if (waiting.RemoveAll(task => task.Offset == offset) > 0)
            Version++;
    }

    /// <summary>Takes what this process writes: it holds from now on, whatever is still on the way back from the topic.</summary>
    public void Write(Gap gap, DateTimeOffset machine) => Put(new LedgerEntry(gap, machine, Own: true));

    /// <summary>Takes what was read from the topic. What this process has replaced meanwhile is passed over.</summary>
    public void Read(Gap gap, DateTimeOffset machine)
    {
        var from = Minutes.Of(gap.From);
        if (gap.State is GapState.Suspected or GapState.Requested)
        {
            if (gap.State == GapState.Suspected && answered.ContainsKey(from))
                return;
            if (open.TryGetValue(from, out var known) && gap.UpdatedAt <= known.Gap.UpdatedAt && known.Own)
                return;
        }
        Put(new LedgerEntry(gap, machine, Own: false));
    }

    /// <summary>Forgets the entry. What it has proven stays proven until <see cref="RemoveBefore"/>.</summary>
    public void Remove(int from)
    {
        states.Remove(from);
        if (open.Remove(from) | answered.Remove(from))
            Version++;
    }

    /// <summary>The entries that end at the minute or before it, which are to go from the topic; they are forgotten here.</summary>
    public IReadOnlyList<int> RemoveBefore(int minute)
    {
        var gone = answered.Where(entry => entry.Value <= minute).Select(entry => entry.Key)
            .Concat(open.Values.Where(entry => entry.To <= minute).Select(entry => entry.From)).Distinct().ToList();
        foreach (var from in gone)
            Remove(from);
        Proven.RemoveBefore(minute);
        return gone;
    }

    /// <summary>Nothing is known any more; what holds is about to be read.</summary>
    public void Clear()
    {
        open.Clear();
        answered.Clear();
        states.Clear();
        Proven.Clear();
        Version++;
    }

    /// <summary>Nothing is known any more of what waits for history.</summary>
    public void ClearWaiting() => waiting.Clear();

    private void Put(LedgerEntry entry)
    {
        Version++;
        states[entry.From] = entry.Gap.State;
        if (entry.Gap.State is GapState.Suspected or GapState.Requested)
        {
            open[entry.From] = entry;
            return;
        }
        open.Remove(entry.From);
        answered[entry.From] = Math.Max(entry.To, answered.GetValueOrDefault(entry.From));
        Proven.Add(entry.From, entry.To);
    }
}

/// <summary>An entry of the ledger that is not answered yet: suspected or requested.</summary>
/// <param name="Gap">As it stands in the topic.</param>
/// <param name="SeenAt">When this process wrote or read it, by the machine's clock.</param>
/// <param name="Own">Written by this process; one that was read may be somebody else's.</param>
public sealed record LedgerEntry(Gap Gap, DateTimeOffset SeenAt, bool Own)
{
    public int From { get; } = Minutes.Of(Gap.From);

    public int To { get; } = Minutes.Of(Gap.To);
}
