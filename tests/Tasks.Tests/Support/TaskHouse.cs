using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Scheduler;
using StockPipeline.Surroundings;
using StockPipeline.TaskWorkers.Running;
using StockPipeline.Workers;

namespace StockPipeline.TasksTests.Support;

/// <summary>A broker with all topics, shared by the tests of a class, and workers and schedulers as they are wanted.</summary>
public sealed class TaskHouse : IAsyncLifetime
{
    private ServiceSurroundings surroundings = null!;

    internal TestRunners Runners { get; } = new();

    internal PipelineClient Client => surroundings.Client;

    internal ServiceSurroundings Surroundings => surroundings;

    public async Task InitializeAsync() => surroundings = await ServiceSurroundings.StartAsync();

    public async Task DisposeAsync() => await surroundings.DisposeAsync();

    /// <summary>A worker that runs until it is disposed of, or abandoned.</summary>
    internal async Task<Running> WorkAsync(TaskWorkerOptions? options = null)
    {
        var client = surroundings.CreateClient("tasks");
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var loop = new TaskWorkerLoop(
            client, options ?? new TaskWorkerOptions(), TimeProvider.System, Metrics.Of("tasks", TimeProvider.System), TimeProvider.System,
            NullLoggerFactory.Instance)
        {
            More = Runners.All, Ready = () => ready.TrySetResult(),
        };
        var running = new Running(client, loop.RunAsync);
        await ready.Task;
        return running;
    }

    internal async Task<Running> ScheduleAsync(TimeProvider clock)
    {
        var client = surroundings.CreateClient("scheduler");
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var loop = new SchedulerLoop(
            client.Kafka, client.Codecs, TestKinds.All, SchedulerOptions.Default with { LookEvery = TimeSpan.FromMilliseconds(20) }, clock,
            NullLoggerFactory.Instance)
        {
            Ready = () => ready.TrySetResult(),
        };
        var running = new Running(client, loop.RunAsync);
        await ready.Task;
        return running;
    }
}

/// <summary>A loop that runs until it is disposed of.</summary>
internal sealed class Running : IAsyncDisposable
{
    private readonly PipelineClient client;
    private readonly CancellationTokenSource stop = new();
    private readonly Task loop;

    public Running(PipelineClient client, Func<CancellationToken, Task> run)
    {
        this.client = client;
        loop = Task.Run(() => run(stop.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await client.DisposeAsync();
        stop.Dispose();
    }
}

/// <summary>A clock that is ahead of the machine's.</summary>
internal sealed class EarlyClock(TimeSpan by) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
}
