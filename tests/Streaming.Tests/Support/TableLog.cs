using System.Collections.Concurrent;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.StreamingTests.Support;

/// <summary>A handler that keeps tables as services do, and notes everything it is told.</summary>
internal sealed class TableLog : ITableHandler
{
    private readonly ConcurrentQueue<string> events = new();
    private int ticks;

    /// <summary>What giving up a partition waits for.</summary>
    public Func<CancellationToken, Task> OnRevoked { get; init; } = _ => Task.CompletedTask;

    /// <summary>Partition and key to value, per topic name.</summary>
    public ConcurrentDictionary<string, ConcurrentDictionary<(int Partition, string Key), string>> Tables { get; } = new();

    /// <summary>In the order of the calls; records as <c>topic/partition@offset key=value</c>.</summary>
    public IReadOnlyList<string> Events => [.. events];

    public int Ticks => Volatile.Read(ref ticks);

    public Table Keep(TopicDeclaration topic, TextCodec codec) => Table.Of<string>(topic, codec, Take(topic));

    public TableBatch<string> Take(TopicDeclaration topic)
    {
        var table = Tables.GetOrAdd(topic.Name, _ => new());
        return (partition, records) =>
        {
            foreach (var record in records)
            {
                events.Enqueue($"{topic.Name}/{partition}@{record.Offset} {record.Key}={record.Value ?? "(gone)"}");
                if (record.Value is { } value)
                    table[(partition, record.Key)] = value;
                else
                    table.TryRemove((partition, record.Key), out _);
            }
        };
    }

    public Dictionary<string, string> Values(TopicDeclaration topic) => Tables[topic.Name].ToDictionary(entry => entry.Key.Key, entry => entry.Value);

    public int[] Held(string topic) => [.. Tables[topic].Keys.Select(key => key.Partition).Distinct().Order()];

    public bool Saw(string what) => events.Contains(what);

    public int Count(string what) => events.Count(one => one == what);

    void ITableHandler.OnAssigned(int partition) => events.Enqueue($"assigned {partition}");

    ValueTask ITableHandler.OnCaughtUpAsync(int partition, CancellationToken cancellationToken)
    {
        events.Enqueue($"caught up {partition}");
        return ValueTask.CompletedTask;
    }

    void ITableHandler.OnAllCaughtUp() => events.Enqueue("all caught up");

    async ValueTask ITableHandler.OnRevokedAsync(int partition, CancellationToken cancellationToken)
    {
        events.Enqueue($"revoked {partition}");
        foreach (var table in Tables.Values)
        {
            foreach (var key in table.Keys.Where(key => key.Partition == partition))
                table.TryRemove(key, out _);
        }
        await OnRevoked(cancellationToken);
    }

    ValueTask ITableHandler.OnTickAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref ticks);
        return ValueTask.CompletedTask;
    }
}
