using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Tasks;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Tables;
using StockPipeline.Tasks;

namespace StockPipeline.TaskBoard;

/// <summary>
/// All tasks, as everybody who reads <c>task-state</c> sees them: read whole, then followed. Safe from any thread. Long results stay in the topic,
/// so that a hundred thousand ended tasks cost tens of megabytes.
/// </summary>
public sealed class TaskTable(KafkaClient kafka, IRecordDecoder<TaskState> decoder, ITaskListener? listener = null) : ITableHandler
{
    /// <summary>Longer results are held only while they are new.</summary>
    private const int MaxHeldResult = 256;

    /// <summary>Characters of the long results that are held: the newest.</summary>
    private const int MaxHeldNew = 8 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly Dictionary<string, TaskEntry> entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<(long Created, string Id)>> owners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> open = new(StringComparer.Ordinal);
    private readonly HashSet<string> unfinished = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<TaskExpectation>> expected = new(StringComparer.Ordinal);
    private readonly SharedTexts texts = new();
    private readonly Queue<(string Id, int Length)> held = new();
    private long heldLength;
    private readonly TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool isLive;

    /// <summary>Over when everything has been read once.</summary>
    public Task Complete => complete.Task;

    public int Count
    {
        get
        {
            lock (gate)
                return entries.Count;
        }
    }

    /// <summary>Reads until stop is asked for.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        kafka.ReadTables(TableAssignment.All, this, Table.Of(TaskTopics.States, decoder, Take)).RunAsync(cancellationToken);

    public TaskEntry? Find(string id)
    {
        lock (gate)
            return entries.GetValueOrDefault(id);
    }

    /// <summary>The tasks of one owner, newest first.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="before">Only older ones than this place; null for the newest.</param>
    /// <param name="count">How many at most.</param>
    public IReadOnlyList<TaskEntry> OfOwner(string owner, (long Created, string Id)? before, int count)
    {
        lock (gate)
        {
            if (!owners.TryGetValue(owner, out var tasks) || tasks.Count == 0)
                return [];
            var view = before is { } place
                ? place.CompareTo(tasks.Min) <= 0 ? [] : tasks.GetViewBetween(tasks.Min, place).Reverse().Where(one => one != place)
                : tasks.Reverse();
            return [.. view.Take(count).Select(one => entries[one.Id])];
        }
    }

    /// <summary>
    /// How many tasks of the owner have not ended; and, where it has started as many by hand as it may, when the first of those was created.
    /// </summary>
    /// <param name="owner">Whose.</param>
    /// <param name="since">Only what was created from then on counts.</param>
    /// <param name="most">How many it may start.</param>
    public (int Open, DateTimeOffset? Full) LoadOf(string owner, DateTimeOffset since, int most)
    {
        lock (gate)
        {
            if (!owners.TryGetValue(owner, out var tasks))
                return (0, null);
            var count = open.GetValueOrDefault(owner);
            // Who has fewer tasks in all is not looked through: it is asked with each start.
            if (tasks.Count < most)
                return (count, null);
            var first = tasks.Reverse().Select(one => entries[one.Id].State).TakeWhile(state => state.Created >= since)
                .Where(state => state.Schedule is null).Skip(most - 1).FirstOrDefault();
            return (count, first?.Created);
        }
    }

    /// <summary>The tasks of one owner that have not ended.</summary>
    public IReadOnlyList<TaskEntry> UnfinishedOf(string owner)
    {
        lock (gate)
            return open.ContainsKey(owner) ? [.. unfinished.Select(id => entries[id]).Where(entry => entry.State.Owner == owner)] : [];
    }

    /// <summary>Every task that has not ended, as of now.</summary>
    public IReadOnlyList<TaskEntry> Unfinished()
    {
        lock (gate)
            return [.. unfinished.Select(id => entries[id])];
    }

    /// <summary>Every task for which <paramref name="wanted"/> holds, as of now.</summary>
    public IReadOnlyList<TaskEntry> Where(Func<TaskState, bool> wanted)
    {
        lock (gate)
            return [.. entries.Values.Where(entry => wanted(entry.State))];
    }

    /// <summary>To be asked for before the record is written.</summary>
    public TaskExpectation Expect(TaskState written)
    {
        var expectation = new TaskExpectation(this, written);
        lock (gate)
        {
            if (!expected.TryGetValue(written.Id, out var list))
                expected.Add(written.Id, list = []);
            list.Add(expectation);
        }
        return expectation;
    }

    internal void Forget(TaskExpectation expectation)
    {
        lock (gate)
        {
            if (expected.TryGetValue(expectation.Written.Id, out var list) && list.Remove(expectation) && list.Count == 0)
                expected.Remove(expectation.Written.Id);
        }
    }

    void ITableHandler.OnAssigned(int partition)
    {
        lock (gate)
        {
            foreach (var entry in entries.Values.Where(entry => entry.Partition == partition).ToList())
                Remove(entry.State.Id);
        }
    }

    void ITableHandler.OnAllCaughtUp()
    {
        isLive = true;
        complete.TrySetResult();
    }

    private void Take(int partition, ReadOnlySpan<TableRecord<TaskState>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } state)
                Take(state, partition, record.Offset);
            else
                Drop(record.Key);
        }
    }

    private void Drop(string id)
    {
        lock (gate)
            Remove(id);
    }

    private void Take(TaskState state, int partition, long offset)
    {
        TaskVerdict verdict;
        TaskEntry entry;
        lock (gate)
        {
            var known = entries.GetValueOrDefault(state.Id);
            // What is not held here cannot differ: only the one run that ended the task has written it.
            verdict = TaskLife.Judge(known?.State, known is { HasResultInTopic: true } ? state with { Result = null } : state);
            entry = verdict == TaskVerdict.Refused ? known! : Put(known, state, partition, offset);
            foreach (var expectation in expected.GetValueOrDefault(state.Id) ?? [])
                expectation.Read(state, verdict);
        }
        if (verdict == TaskVerdict.Accepted)
            listener?.Changed(entry, isLive);
        else if (verdict == TaskVerdict.Refused)
            listener?.Refused(entry, state);
    }

    private TaskEntry Put(TaskEntry? known, TaskState state, int partition, long offset)
    {
        var isLong = state.Result is { Length: > MaxHeldResult };
        var isLeft = isLong && !isLive;
        var entry = new TaskEntry(texts.Share(isLeft ? state with { Result = null } : state), partition, offset, isLeft);
        if (isLong && isLive)
            Hold(state.Id, state.Result!.Length);
        entries[state.Id] = entry;
        if (TaskLife.IsOver(state.Stage))
            unfinished.Remove(state.Id);
        else
            unfinished.Add(entry.State.Id);
        if (known is null)
        {
            if (!owners.TryGetValue(state.Owner, out var tasks))
                owners.Add(entry.State.Owner, tasks = []);
            tasks.Add((state.Created.ToUnixTimeMilliseconds(), entry.State.Id));
        }
        CountOpen(state.Owner, (TaskLife.IsOver(state.Stage) ? 0 : 1) - (known is null || TaskLife.IsOver(known.State.Stage) ? 0 : 1));
        return entry;
    }

    /// <summary>A result that has just come is most likely asked for in a moment; older ones are let go.</summary>
    private void Hold(string id, int length)
    {
        held.Enqueue((id, length));
        heldLength += length;
        while (heldLength > MaxHeldNew && held.TryDequeue(out var oldest))
        {
            heldLength -= oldest.Length;
            if (entries.TryGetValue(oldest.Id, out var entry) && entry.State.Result is { Length: > MaxHeldResult })
                entries[oldest.Id] = entry with { State = entry.State with { Result = null }, HasResultInTopic = true };
        }
    }

    private void Remove(string id)
    {
        if (!entries.Remove(id, out var entry))
            return;
        unfinished.Remove(id);
        if (owners.TryGetValue(entry.State.Owner, out var tasks))
        {
            tasks.Remove((entry.State.Created.ToUnixTimeMilliseconds(), id));
            if (tasks.Count == 0)
                owners.Remove(entry.State.Owner);
        }
        CountOpen(entry.State.Owner, TaskLife.IsOver(entry.State.Stage) ? 0 : -1);
    }

    private void CountOpen(string owner, int change)
    {
        var count = open.GetValueOrDefault(owner) + change;
        if (count == 0)
            open.Remove(owner);
        else
            open[owner] = count;
    }
}
