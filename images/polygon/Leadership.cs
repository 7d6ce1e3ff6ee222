using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;

namespace StockPipeline.PolygonCollector;

/// <summary>
/// One of several collectors keeps the list of shares and the websocket: the account has one connection, and two would throw each other out for
/// ever. It is whoever the group gives the one partition of the configuration topic.
/// </summary>
internal sealed class Leadership(PipelineClient client) : ITableHandler, IDisposable
{
    public const string Group = "polygon";

    private readonly Lock gate = new();
    private TaskCompletionSource taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource? held;

    /// <summary>Takes part until stop is asked for.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var codec = await client.Codecs.ConfigAsync(cancellationToken);
        await client.Kafka.ReadTables(TableAssignment.Group(Group), this, Table.Of(client.Topics.Config, codec, static (_, _) => { }))
            .RunAsync(cancellationToken);
    }

    /// <summary>Does the work whenever, and only as long as, it is ours.</summary>
    public async Task WhileOursAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (gate)
                wait = taken.Task;
            await wait.WaitAsync(cancellationToken);
            CancellationToken ours;
            lock (gate)
                ours = held?.Token ?? new CancellationToken(canceled: true);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ours, cancellationToken);
            try
            {
                await work(either.Token);
            }
            catch (OperationCanceledException) when (ours.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                // Somebody else has it now.
            }
        }
    }

    public void Dispose() => held?.Dispose();

    void ITableHandler.OnAssigned(int partition)
    {
        // It is ours when it has been read, which says that the group means it.
    }

    ValueTask ITableHandler.OnCaughtUpAsync(int partition, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            held = new CancellationTokenSource();
            taken.TrySetResult();
        }
        return ValueTask.CompletedTask;
    }

    async ValueTask ITableHandler.OnRevokedAsync(int partition, CancellationToken cancellationToken)
    {
        CancellationTokenSource? lost;
        lock (gate)
        {
            (lost, held) = (held, null);
            if (taken.Task.IsCompleted)
                taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        if (lost is not null)
            await lost.CancelAsync();
    }
}
