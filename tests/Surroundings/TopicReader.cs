using System.Collections.Concurrent;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;

namespace StockPipeline.Surroundings;

/// <summary>One topic as it is read from outside: every record in order, tombstones too.</summary>
public sealed class TopicReader<T> : ITableHandler, IAsyncDisposable
    where T : class
{
    private readonly ConcurrentQueue<KeyValuePair<string, T?>> all = new();
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task reading;

    public TopicReader(PipelineClient client, TopicDeclaration topic, IRecordDecoder<T> decoder)
    {
        reading = client.Kafka.ReadTables(TableAssignment.All, this, Table.Of(topic, decoder, Take)).RunAsync(stop.Token);
    }

    /// <summary>Over when all there was at the beginning has been read.</summary>
    public Task CaughtUp => caughtUp.Task;

    /// <summary>All records so far; fails when reading has failed.</summary>
    public IReadOnlyCollection<KeyValuePair<string, T?>> All => reading.IsFaulted ? throw reading.Exception! : all;

    /// <summary>The last word on each key that has one.</summary>
    public IReadOnlyDictionary<string, T> Latest
    {
        get
        {
            var latest = new Dictionary<string, T>();
            foreach (var (key, value) in all)
            {
                if (value is null)
                    latest.Remove(key);
                else
                    latest[key] = value;
            }
            return latest;
        }
    }

    void ITableHandler.OnAssigned(int partition)
    {
    }

    void ITableHandler.OnAllCaughtUp() => caughtUp.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private void Take(int partition, ReadOnlySpan<TableRecord<T>> records)
    {
        foreach (ref readonly var record in records)
            all.Enqueue(KeyValuePair.Create(record.Key, record.Value));
    }
}
