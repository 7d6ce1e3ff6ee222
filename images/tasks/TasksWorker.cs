using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.TaskWorkers.Running;
using StockPipeline.Workers;

namespace StockPipeline.TaskWorkers;

/// <summary>How many tasks one replica does at a time, and how many it holds ready.</summary>
internal sealed class TasksOptions
{
    [ConfigurationKeyName("TASKS_LIGHT"), Range(1, 256)]
    public int Light { get; set; } = 16;

    [ConfigurationKeyName("TASKS_HEAVY"), Range(1, 64)]
    public int Heavy { get; set; } = 2;

    [ConfigurationKeyName("TASKS_WAITING"), Range(1, 256)]
    public int Waiting { get; set; } = 32;
}

/// <summary>Does the tasks that people and schedules start. Replicas share them as a group.</summary>
internal sealed class TasksWorker(IOptions<TasksOptions> options, PipelineClient client, MarketAccess access, ServiceLoggerFactory loggers)
    : PipelineWorker
{
    private readonly HealthCheck ready = client.Health.Check("tasks");

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var limits = new TaskWorkerOptions(options.Value.Light, options.Value.Heavy, options.Value.Waiting);
        var market = await access.ClockAsync(cancellationToken);
        var loop = new TaskWorkerLoop(client, limits, market, client.Metrics, client.Clock, loggers) { Ready = () => ready.Ready() };
        await loop.RunAsync(cancellationToken);
    }
}

public static class TasksRegistration
{
    /// <summary>Adds a worker of tasks to the process.</summary>
    public static ServiceRegistration AddTasks(this IHostApplicationBuilder builder, string name = "tasks", params IEnumerable<Setting> settings) =>
        builder.AddService<TasksWorker>(name, settings).WithOptions<TasksOptions>().WithPipelineClient().WithMarketAccess();
}
