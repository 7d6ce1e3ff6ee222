using System.Collections.Concurrent;
using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.TaskWorkers.Reading;

/// <summary>Follows the ledger and hands each answer to who waits for it. Holds nothing else. Safe from any thread.</summary>
internal sealed class LedgerAnswers(KafkaClient kafka, PipelineTopics topics, IRecordDecoder<Gap> decoder) : ITableHandler
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Gap>> waiting = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Over when what was answered before is read. Who asks earlier may not hear: an answer of today cannot be told from one of last week then.
    /// </summary>
    public Task Complete => complete.Task;

    /// <summary>Reads until stop is asked for.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        kafka.ReadTables(TableAssignment.All, this, Table.Of(topics.Gaps, decoder, Take)).RunAsync(cancellationToken);

    /// <summary>The next answer under the key; to be asked for before the question is written.</summary>
    public async Task<Gap> NextAsync(GapKey key, Func<Task> ask, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        var answer = waiting.GetOrAdd(key.ToString(), static _ => new TaskCompletionSource<Gap>(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await ask();
            return await answer.Task.WaitAsync(patience, clock, cancellationToken);
        }
        finally
        {
            waiting.TryRemove(key.ToString(), out _);
        }
    }

    void ITableHandler.OnAssigned(int partition)
    {
        // Nothing is kept of it.
    }

    void ITableHandler.OnAllCaughtUp() => complete.TrySetResult();

    private void Take(int partition, ReadOnlySpan<TableRecord<Gap>> records)
    {
        if (waiting.IsEmpty || !complete.Task.IsCompleted)
            return;
        foreach (ref readonly var record in records)
        {
            if (record.Value is { State: GapState.Filled or GapState.Empty or GapState.Lost } answered
                && waiting.TryGetValue(record.Key, out var answer))
            {
                answer.TrySetResult(answered);
            }
        }
    }
}
