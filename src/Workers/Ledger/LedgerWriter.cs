using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Tracing;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Producing;

namespace StockPipeline.Workers.Ledger;

/// <summary>Writes to the ledger, and the tasks only when the brokers have their entries: an answer never comes before its question.</summary>
public sealed class LedgerWriter
{
    private readonly KafkaClient kafka;
    private readonly TopicWriter<Gap> entries;
    private readonly TopicWriter<HistoryTask> tasks;

    private LedgerWriter(KafkaClient kafka, TopicWriter<Gap> entries, TopicWriter<HistoryTask> tasks)
    {
        this.kafka = kafka;
        this.entries = entries;
        this.tasks = tasks;
    }

    public static async Task<LedgerWriter> OpenAsync(PipelineClient client, CancellationToken stop) => new(
        client.Kafka,
        client.Kafka.WriteTo(client.Topics.Gaps, await client.Codecs.GapsAsync(stop)),
        client.Kafka.WriteTo(client.Topics.HistoryAction, await client.Codecs.HistoryTasksAsync(stop)));

    /// <summary>Over when the entries are acknowledged and the tasks on their way.</summary>
    public async Task WriteAsync(IReadOnlyList<LedgerStep> steps, CancellationToken cancellationToken)
    {
        foreach (var step in steps)
        {
            if (step.Entry is not null || step.Task is null)
                await entries.SendAsync(step.Key.ToString(), step.Entry, cancellationToken);
        }
        if (!steps.Any(step => step.Task is not null))
            return;
        await kafka.FlushAsync(cancellationToken);
        using var span = PipelineTracing.Begin("ask history", "ledger", steps.Count(step => step.Task is not null));
        foreach (var step in steps)
        {
            if (step.Task is { } task)
                await tasks.SendAsync(new SeriesKey(task.Figi, task.Interval).ToString(), task, cancellationToken);
        }
    }
}
