using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using StockPipeline.Bench.Measure;
using StockPipeline.Bench.Workers;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Topics;
using StockPipeline.Storage.Postgres;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Testing;

namespace StockPipeline.Bench.Catalog;

/// <summary>A broker, a registry, PostgreSQL and two shops, and the catalog's services on them, each in a process of its own.</summary>
internal sealed class CatalogSite : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly List<ChildProcess> started = [];
    private readonly Dictionary<string, (ChildProcess Process, WatchedWorker Watch)> services = new(StringComparer.Ordinal);
    private readonly (string Variable, string Value)[] settings;
    private PrivatePostgres postgres = null!;

    private CatalogSite(int products)
    {
        var ports = FreePorts.Take(5);
        settings =
        [
            ("KAFKA_LISTEN", $"127.0.0.1:{ports[0]}"), ("KAFKA_CONNECT", $"127.0.0.1:{ports[0]}"), ("KAFKA_DATA", folder.File("broker")),
            ("SCHEMA_REGISTRY_PORT", $"{ports[1]}"), ("SCHEMA_REGISTRY_URL", $"http://127.0.0.1:{ports[1]}"),
            ("SIMULATOR_PARTNERS_PORT", $"{ports[2]}"), ("SIMULATOR_PARTNERS_CONTROL_PORT", $"{ports[3]}"),
            ("SIMULATOR_PARTNERS_PRODUCTS", $"{products}"), ("SIMULATOR_PARTNERS_DRIFT", "0s"), ("CATALOG_PORT", $"{ports[4]}"),
            ("CATALOG_POLL_INTERVAL", "5s"), ("CATALOG_WRITE_KEY", "bench"),
            ("NET_VIDEO_SERVICE_URL", $"http://127.0.0.1:{ports[2]}/net_video/products/graphic_cards/list"),
            ("COUNTRY_LINK_SERVICE_URL", $"http://127.0.0.1:{ports[2]}/country_link/catalog/gpu_cards/list"),
        ];
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[4]}"), Timeout = TimeSpan.FromMinutes(2) };
    }

    public HttpClient Http { get; }

    public string Database { get; private set; } = "";

    public IEnumerable<WatchedWorker> Services => services.Values.Select(service => service.Watch);

    public static async Task<CatalogSite> StartAsync(string programs, int products)
    {
        var site = new CatalogSite(products);
        // The server runs as another user where this program runs as root.
        await ChildProcess.OutputOfAsync("chmod", ["755", site.folder.Path], patience: Eventually.Patience);
        site.postgres = await PrivatePostgres.StartAsync(programs, site.folder.File("postgres"), TimeProvider.System, default);
        site.Database = PrivatePostgres.ConnectionTo(site.folder.File("postgres"), "catalog");
        site.started.Add(Programs.Start("BrokerServer", site.settings));
        await new TopicProvisioner(
            new KafkaConnection { BootstrapServers = site.settings[1].Value }, NullLogger<TopicProvisioner>.Instance, TimeProvider.System)
            .ProvisionAsync(PipelineTopics.Default.All, recreate: false, default);
        site.started.Add(Programs.Start("SchemaRegistryServer", site.settings));
        site.started.Add(ChildProcess.StartDotnet(
            "StockPipeline.Simulator.dll", ["partners"], site.settings.Append(("HEALTH_PORT", "off"))
                .ToDictionary(one => one.Item1, one => one.Item2)));
        return site;
    }

    public void Start(string name, string program, params (string Variable, string Value)[] own)
    {
        var process = Programs.Start(program, [.. settings, ("CATALOG_DATABASE", Database), .. own]);
        services[name] = (process, new WatchedWorker(name, process));
    }

    public async Task StopAsync(string name)
    {
        await services[name].Process.DisposeAsync();
        services.Remove(name);
    }

    public void Look()
    {
        foreach (var service in Services)
            service.Look();
    }

    public async Task DropSchemaAsync()
    {
        await using var database = NpgsqlDataSource.Create(Database);
        await using var drop = database.CreateCommand("drop schema catalog cascade");
        await drop.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        foreach (var (process, _) in services.Values)
            await process.DisposeAsync();
        foreach (var process in Enumerable.Reverse(started))
            await process.DisposeAsync();
        await postgres.DisposeAsync();
        folder.Dispose();
    }
}
