using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Metrics;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.TaskApi;
using StockPipeline.TaskBoard;
using StockPipeline.TaskWorkers.Running;
using StockPipeline.Tasks;
using StockPipeline.Tasks.Kinds;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.Bench.Tasks;

/// <summary>A broker with two workers and a door, all in this process, on a kind of task that does nothing.</summary>
internal sealed class TasksHouse : ITaskListener, IAsyncDisposable
{
    public const string Owner = "bench";

    public static readonly TaskKind Echo = new("echo", "gives back what it was given", [new TaskField("text", FieldType.Text, "any text")]);

    private readonly CancellationTokenSource stop = new();
    private readonly List<KafkaClient> clients = [];
    private readonly List<Task> loops = [];
    private readonly EmbeddedKafka broker;
    private WebApplication? web;
    private readonly KafkaConnection connection;

    private TasksHouse(EmbeddedKafka broker)
    {
        this.broker = broker;
        connection = new KafkaConnection { BootstrapServers = broker.BootstrapServers };
        Kafka = Client("bench");
    }

    public PipelineCodecs Codecs { get; } = new(new MemorySchemaRegistry(), PipelineTopics.Default, TimeProvider.System);

    public KafkaClient Kafka { get; }

    public TaskDesk Desk { get; private set; } = null!;

    /// <summary>The door's own HTTP.</summary>
    public HttpClient Http { get; } = new();

    /// <summary>Told of each task that ends, as any reader sees it.</summary>
    public Action<string> Ended { get; set; } = static _ => { };

    public static async Task<TasksHouse> StartAsync(int workers)
    {
        var house = new TasksHouse(await EmbeddedKafka.StartAsync());
        await new TopicProvisioner(house.connection, NullLogger<TopicProvisioner>.Instance, TimeProvider.System)
            .ProvisionAsync(PipelineTopics.Default.All, recreate: false, default);
        for (var number = 0; number < workers; number++)
            await house.WorkAsync($"worker {number}");
        var limits = TaskLimits.Default with { MaxOpen = int.MaxValue, MaxPerHour = int.MaxValue };
        house.Desk = await TaskDesk.OpenAsync(house.Kafka, house.Codecs, [Echo], limits, TimeProvider.System, default);
        house.loops.Add(house.Desk.RunAsync(house.stop.Token));
        await house.Desk.Ready;
        house.web = await house.OpenDoorAsync();
        var watching = new TaskTable(house.Kafka, (await TaskWriters.OpenAsync(house.Kafka, house.Codecs, default)).Decoder, house);
        house.loops.Add(watching.RunAsync(house.stop.Token));
        await watching.Complete;
        return house;
    }

    public KafkaClient Client(string name)
    {
        var client = new KafkaClient(connection, name, NullLoggerFactory.Instance, NoMetrics.Instance, TimeProvider.System);
        clients.Add(client);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (web is not null)
            await web.DisposeAsync();
        await stop.CancelAsync();
        await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var client in clients)
            await client.DisposeAsync();
        await broker.DisposeAsync();
        stop.Dispose();
    }

    void ITaskListener.Changed(TaskEntry entry, bool isLive)
    {
        if (TaskLife.IsOver(entry.State.Stage))
            Ended(entry.State.Id);
    }

    private async Task<WebApplication> OpenDoorAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var door = builder.Build();
        door.MapTasks(Desk, new Everybody());
        await door.StartAsync();
        Http.BaseAddress = new Uri(door.Urls.First());
        return door;
    }

    private async Task WorkAsync(string name)
    {
        var kafka = Client(name);
        var writers = await TaskWriters.OpenAsync(kafka, Codecs, default);
        var table = new TaskTable(kafka, writers.Decoder);
        var results = new TaskResults(kafka, writers.Decoder, await Codecs.TaskChunksAsync(default));
        var cancellations = new Cancellations(kafka, await Codecs.TaskControlsAsync(default));
        var runners = new Dictionary<string, ITaskRunner> { [Echo.Name] = new EchoRunner() };
        var worker = new TaskWorker(
            kafka, table, writers, results, cancellations, runners, new Gates(64, 2, 2), name, Metrics.Of(name, TimeProvider.System),
            TimeProvider.System, NullLogger<TaskWorker>.Instance);
        loops.Add(table.RunAsync(stop.Token));
        loops.Add(cancellations.RunAsync(stop.Token));
        loops.Add(worker.RunAsync(stop.Token));
        await table.Complete;
    }

    private sealed class Everybody : ITaskCaller
    {
        public string OwnerOf(HttpContext context) => Owner;

        public ValueTask<bool> IsAdminAsync(HttpContext context) => ValueTask.FromResult(true);
    }

    private sealed class EchoRunner : ITaskRunner
    {
        public TaskKind Kind => Echo;

        public Task<TaskOutcome> RunAsync(TaskRun run, CancellationToken cancellationToken) =>
            Task.FromResult(TaskOutcome.Of(JsonSerializer.Serialize(run.Parameters.Optional("text"))));
    }
}
