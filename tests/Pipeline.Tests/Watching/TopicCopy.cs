namespace StockPipeline.PipelineTests.Watching;

/// <summary>
/// One topic as an outsider sees it: the last word on each key, and whether the same was said twice in a row. Safe from any thread.
/// </summary>
internal sealed class TopicCopy<T>(int partitions)
    where T : class
{
    private const int MostRemembered = 10;

    private readonly Lock gate = new();
    private readonly Dictionary<string, T>[] latest = [.. Enumerable.Range(0, partitions).Select(_ => new Dictionary<string, T>())];
    private readonly List<T> all = [];
    private readonly List<string> repeated = [];

    /// <summary>Everything that was said, in the order it was read; for topics without keys of their own.</summary>
    public IReadOnlyList<T> All
    {
        get
        {
            lock (gate)
                return [.. all];
        }
    }

    /// <summary>The first records that said what their key said already.</summary>
    public IReadOnlyList<string> Repeated
    {
        get
        {
            lock (gate)
                return [.. repeated];
        }
    }

    public IReadOnlyDictionary<string, T> Latest()
    {
        lock (gate)
            return latest.SelectMany(partition => partition).ToDictionary();
    }

    public void Forget(int partition)
    {
        lock (gate)
            latest[partition].Clear();
    }

    public void Take(int partition, string key, T? value)
    {
        lock (gate)
        {
            if (value is null)
            {
                latest[partition].Remove(key);
                return;
            }
            if (latest[partition].TryGetValue(key, out var before) && before.Equals(value) && repeated.Count < MostRemembered)
                repeated.Add($"{key}: {value}");
            latest[partition][key] = value;
            all.Add(value);
        }
    }
}
