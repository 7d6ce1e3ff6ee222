using StockPipeline.Hosting;
using StockPipeline.TaskWorkers.Running;
using StockPipeline.Workers;

namespace StockPipeline.TaskWorkers;

/// <summary>Does the tasks that people and schedules start. Replicas share them as a group.</summary>
public sealed class TasksService : IService, IAsyncDisposable
{
    private readonly PipelineClient client;
    private readonly MarketAccess access;
    private readonly TaskWorkerOptions options;
    private readonly Hosting.Status.HealthCheck ready;

    private TasksService(ServiceContext context)
    {
        client = new PipelineClient(context);
        access = new MarketAccess(context);
        var settings = context.Settings;
        options = new TaskWorkerOptions(
            settings.WholeNumber("TASKS_LIGHT", 16, 1, 256), settings.WholeNumber("TASKS_HEAVY", 2, 1, 64),
            settings.WholeNumber("TASKS_WAITING", 32, 1, 256));
        ready = context.Health.Check("tasks");
    }

    public static IService Create(ServiceContext context) => new TasksService(context);

    public async Task RunAsync(CancellationToken stop)
    {
        var context = client.Context;
        var market = await access.ClockAsync(stop);
        var loop = new TaskWorkerLoop(client, options, market, context.Metrics, context.Clock, context.LoggerFactory)
        {
            Ready = () => ready.Ready(),
        };
        await loop.RunAsync(stop);
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();
}
