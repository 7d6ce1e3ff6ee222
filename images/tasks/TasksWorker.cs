using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Polygon;
using StockPipeline.Polygon.Pace;
using StockPipeline.Polygon.Rest;
using StockPipeline.TaskWorkers.Comparing;
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

    /// <summary>Of polygon.io, where values are to be compared with its own.</summary>
    [ConfigurationKeyName("API_KEY")]
    public Secret? PolygonKey { get; set; }

    [ConfigurationKeyName("POLYGON_PLAN"), AllowedValues("free", "paid")]
    public string PolygonPlanName { get; set; } = "free";

    [ConfigurationKeyName("POLYGON_HOST"), UrlSchemes("https", "http")]
    public Uri PolygonHost { get; set; } = new("https://api.polygon.io");

    public PolygonOptions? Polygon => PolygonKey is null ? null : new PolygonOptions
    {
        ApiKey = PolygonKey, Plan = PolygonPlanName == "free" ? PolygonPlan.Free : PolygonPlan.Paid, Rest = PolygonHost,
    };
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
        using var broker = access.Connect(market);
        var sources = new Dictionary<string, IForeignValues> { ["broker"] = new BrokerValues(broker) };
        if (options.Value.Polygon is not { } connection)
        {
            await WorkAsync(sources, limits, market, cancellationToken);
            return;
        }
        var (pace, pacing) = await SharedPace.OpenAsync(connection, client.Kafka, client.Codecs, client.Clock, cancellationToken);
        using var polygon = new PolygonClient(connection, client.Clock, pace);
        sources["polygon"] = new PolygonValues(polygon);
        await Together.RunAsync(cancellationToken, pacing, ending => WorkAsync(sources, limits, market, ending));
    }

    private async Task WorkAsync(
        Dictionary<string, IForeignValues> sources, TaskWorkerOptions limits, TimeProvider market, CancellationToken cancellationToken)
    {
        var loop = new TaskWorkerLoop(client, limits, market, client.Metrics, client.Clock, loggers)
        {
            Ready = () => ready.Ready(), Sources = sources,
        };
        await loop.RunAsync(cancellationToken);
    }
}

public static class TasksRegistration
{
    /// <summary>Adds a worker of tasks to the process.</summary>
    public static ServiceRegistration AddTasks(this IHostApplicationBuilder builder, string name = "tasks", params IEnumerable<Setting> settings) =>
        builder.AddService<TasksWorker>(name, settings).WithOptions<TasksOptions>().WithPipelineClient().WithMarketAccess();
}
