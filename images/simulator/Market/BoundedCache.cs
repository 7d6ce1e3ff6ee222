namespace StockPipeline.Simulator.Market;

/// <summary>Remembers at most so many answers and forgets the oldest first. Thread-safe; an answer may be computed twice.</summary>
internal sealed class BoundedCache<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Lock gate = new();
    private readonly Dictionary<TKey, TValue> values = [];
    private readonly Queue<TKey> order = new();

    public TValue Get<TState>(TKey key, TState state, Func<TKey, TState, TValue> compute)
    {
        lock (gate)
        {
            if (values.TryGetValue(key, out var known))
                return known;
        }
        var value = compute(key, state);
        lock (gate)
        {
            if (values.TryAdd(key, value))
            {
                order.Enqueue(key);
                if (order.Count > capacity)
                    values.Remove(order.Dequeue());
            }
        }
        return value;
    }
}
