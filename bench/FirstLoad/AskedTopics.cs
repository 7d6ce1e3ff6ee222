using StockPipeline.Contracts.Records;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;

namespace StockPipeline.Bench.FirstLoad;

/// <summary>What history was asked for, read from the topic once.</summary>
internal sealed class AskedTopics : ITableHandler
{
    private readonly TaskCompletionSource read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<HistoryTask> tasks = [];

    public IReadOnlyList<HistoryTask> Tasks => tasks;

    public static async Task<AskedTopics> ReadAsync(PipelineClient client)
    {
        var asked = new AskedTopics();
        using var stop = new CancellationTokenSource();
        var codec = await client.Codecs.HistoryTasksAsync(default);
        var reading = client.Kafka.ReadTables(
            TableAssignment.All, asked, Table.Of<HistoryTask>(client.Topics.HistoryAction, codec, asked.Take)).RunAsync(stop.Token);
        await await Task.WhenAny(reading, asked.read.Task);
        await stop.CancelAsync();
        await reading;
        return asked;
    }

    void ITableHandler.OnAssigned(int partition)
    {
    }

    void ITableHandler.OnAllCaughtUp() => read.TrySetResult();

    private void Take(int partition, ReadOnlySpan<TableRecord<HistoryTask>> records)
    {
        foreach (ref readonly var record in records)
        {
            if (record.Value is { } task)
                tasks.Add(task);
        }
    }
}
