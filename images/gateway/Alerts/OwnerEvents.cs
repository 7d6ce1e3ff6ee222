using System.Collections.Concurrent;
using System.Text.Json;
using StockPipeline.Contracts.Alerts;
using StockPipeline.Gateway.Series;

namespace StockPipeline.Gateway.Alerts;

/// <summary>The newest events of one owner, each with its last word, how often the rules have changed, and who listens. Thread-safe.</summary>
internal sealed class OwnerEvents
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, long> places = [];
    private readonly SortedList<long, (string Key, AlertEvent Event)> bySaying = [];
    private readonly ConcurrentDictionary<IListener, byte> listeners = new();
    private long newest;
    private long ruleChanges;

    /// <summary>Grows with each change of the owner's rules.</summary>
    public long RuleChanges => Volatile.Read(ref ruleChanges);

    public void RulesHaveChanged()
    {
        Interlocked.Increment(ref ruleChanges);
        Tell();
    }

    public void Put(string key, AlertEvent one)
    {
        lock (gate)
        {
            if (places.Remove(key, out var before))
                bySaying.Remove(before);
            places[key] = ++newest;
            bySaying.Add(newest, (key, one));
            if (bySaying.Count > AlertTable.MostEvents)
            {
                places.Remove(bySaying.Values[0].Key);
                bySaying.RemoveAt(0);
            }
        }
        Tell();
    }

    /// <summary>The newest events, the newest first.</summary>
    public IReadOnlyList<AlertEvent> Newest(int count)
    {
        lock (gate)
            return [.. bySaying.Values.Reverse().Take(count).Select(one => one.Event)];
    }

    /// <summary>What was said after a place, in order, with the place of the last.</summary>
    public (IReadOnlyList<byte[]> Said, long Newest) After(long place, int most)
    {
        lock (gate)
        {
            var after = bySaying.Where(one => one.Key > place).TakeLast(most).ToList();
            return ([.. after.Select(one => Text(one.Value.Event))], newest);
        }
    }

    public void Add(IListener listener) => listeners.TryAdd(listener, 0);

    public void Drop(IListener listener) => listeners.TryRemove(listener, out _);

    private static byte[] Text(AlertEvent one) =>
        JsonSerializer.SerializeToUtf8Bytes(AlertEventAnswer.Of(one), AlertJson.Default.AlertEventAnswer);

    private void Tell()
    {
        foreach (var listener in listeners.Keys)
            listener.Signal();
    }
}
