using System.Runtime.CompilerServices;
using System.Text;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Tasks;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Scanning;

namespace StockPipeline.TaskBoard;

/// <summary>Reads what is not held in memory: whole states, and long results piece by piece.</summary>
public sealed class TaskResults(KafkaClient kafka, IRecordDecoder<TaskState> states, IRecordDecoder<TaskChunk> chunks)
{
    /// <summary>The state with its result, from the topic where the table left it there.</summary>
    /// <exception cref="RecordsGoneException">The topic does not hold it any more: the task was forgotten meanwhile.</exception>
    public async Task<TaskState> WholeAsync(TaskEntry entry, CancellationToken cancellationToken)
    {
        if (!entry.HasResultInTopic)
            return entry.State;
        await foreach (var batch in kafka.ScanAsync(TaskTopics.States, entry.Partition, entry.Offset, cancellationToken))
        {
            // Where the record was compacted away, its key has a newer one, which says the same.
            foreach (var record in batch)
            {
                if (record.Value is { } value && IsOf(entry.State.Id, record.Key) && states.Decode(value) is { Result: not null } whole
                    && whole.Run == entry.State.Run)
                {
                    return whole;
                }
            }
        }
        throw new RecordsGoneException($"The result of task {entry.State.Id} is not kept any more.");
    }

    /// <summary>The pieces of a long result, in order.</summary>
    /// <exception cref="RecordsGoneException">Not all of them are kept any more.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(TaskState state, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var place = state.Place ?? throw new ArgumentException("The task has no long result.", nameof(state));
        var next = 0;
        await foreach (var batch in kafka.ScanAsync(TaskTopics.Results, place.Partition, place.Offset, cancellationToken))
        {
            foreach (var record in batch)
            {
                if (record.Value is not { } value || !IsOf(state.Id, record.Key))
                    continue;
                var chunk = chunks.Decode(value);
                if (chunk.Run != state.Run || chunk.Index < next)
                    continue;
                if (chunk.Index != next)
                    throw new RecordsGoneException($"Piece {next} of the result of task {state.Id} is not kept any more.");
                yield return chunk.Content;
                if (++next == place.Chunks)
                    yield break;
            }
        }
        throw new RecordsGoneException($"Piece {next} of the result of task {state.Id} is not kept any more.");
    }

    private static bool IsOf(string id, byte[] key) => Ascii.Equals(key, id);
}
