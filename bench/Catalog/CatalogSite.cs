using System.Text.Json;
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
    /// <summary>A folder that is kept: what one run has filled, the next one goes on with.</summary>
    private const string KeptFolder = "artifacts/catalog-bench";

    private const string Broker = "broker";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly TempFolder temporary = new();
    private readonly List<ChildProcess> started = [];
    private readonly Dictionary<string, (ChildProcess Process, WatchedWorker Watch)> services = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Program, (string, string)[] Own)> programs = new(StringComparer.Ordinal);
    private readonly (string Variable, string Value)[] settings;
    private readonly string folder;
    private readonly Uri control;
    private PrivatePostgres postgres = null!;

    private CatalogSite(int products, string interval, bool isKept)
    {
        folder = isKept ? RepositoryFolder.PathOf(KeptFolder) : temporary.Path;
        Directory.CreateDirectory(folder);
        var ports = FreePorts.Take(5);
        settings =
        [
            ("KAFKA_LISTEN", $"127.0.0.1:{ports[0]}"), ("KAFKA_CONNECT", $"127.0.0.1:{ports[0]}"), ("KAFKA_DATA", FileOf("broker")),
            ("SCHEMA_REGISTRY_PORT", $"{ports[1]}"), ("SCHEMA_REGISTRY_URL", $"http://127.0.0.1:{ports[1]}"),
            ("SIMULATOR_PARTNERS_PORT", $"{ports[2]}"), ("SIMULATOR_PARTNERS_CONTROL_PORT", $"{ports[3]}"),
            ("SIMULATOR_PARTNERS_PRODUCTS", $"{products}"), ("SIMULATOR_PARTNERS_DRIFT", "0s"), ("CATALOG_PORT", $"{ports[4]}"),
            ("CATALOG_POLL_INTERVAL", interval), ("CATALOG_WRITE_KEY", "bench"),
            ("NET_VIDEO_SERVICE_URL", $"http://127.0.0.1:{ports[2]}/net_video/products/graphic_cards/list"),
            ("COUNTRY_LINK_SERVICE_URL", $"http://127.0.0.1:{ports[2]}/country_link/catalog/gpu_cards/list"),
        ];
        control = new Uri($"http://127.0.0.1:{ports[3]}/faults");
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[4]}"), Timeout = TimeSpan.FromMinutes(2) };
    }

    public HttpClient Http { get; }

    public string Database { get; private set; } = "";

    /// <summary>Those of the catalog, without what they stand on.</summary>
    public IEnumerable<WatchedWorker> Services => services.Where(service => service.Key != Broker).Select(service => service.Value.Watch);

    /// <param name="programs">PostgreSQL's.</param>
    /// <param name="products">Of each shop.</param>
    /// <param name="isNew">Nothing is taken over from an earlier run.</param>
    /// <param name="isKept">The next run takes it over.</param>
    /// <param name="interval">Between two listings.</param>
    public static async Task<CatalogSite> StartAsync(string programs, int products, bool isNew, bool isKept, string interval = "5s")
    {
        var site = new CatalogSite(products, interval, isKept);
        if (isNew)
            Directory.Delete(site.folder, recursive: true);
        else if (!File.Exists(site.FileOf("filled")))
            throw new InvalidOperationException($"There is no catalog in {site.folder}: catalog-fill makes one.");
        Directory.CreateDirectory(site.folder);
        // The server runs as another user where this program runs as root.
        await ChildProcess.OutputOfAsync("chmod", ["755", site.folder], patience: Eventually.Patience);
        site.postgres = await PrivatePostgres.StartAsync(programs, site.FileOf("postgres"), TimeProvider.System, default);
        site.Database = PrivatePostgres.ConnectionTo(site.FileOf("postgres"), "catalog");
        site.Start(Broker, "BrokerServer");
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
        programs[name] = (program, own);
    }

    /// <summary>Kills a service, whatever it is at.</summary>
    public async Task KillAsync(string name)
    {
        var (process, _) = services[name];
        process.Signal(ChildProcess.Kill);
        await process.DisposeAsync();
        services.Remove(name);
    }

    public void StartAgain(string name) => Start(name, programs[name].Program, programs[name].Own);

    /// <summary>Ends all services of the catalog.</summary>
    public async Task StopServicesAsync()
    {
        foreach (var name in services.Keys.Where(name => name != Broker).ToList())
        {
            await services[name].Process.DisposeAsync();
            services.Remove(name);
        }
    }

    public void Look()
    {
        foreach (var service in Services)
            service.Look();
    }

    /// <summary>Says that the folder holds a whole catalog.</summary>
    public void SetFilled() => File.WriteAllText(FileOf("filled"), "");

    public async Task DropSchemaAsync()
    {
        await using var database = NpgsqlDataSource.Create(Database);
        await using var drop = database.CreateCommand("drop schema catalog cascade");
        await drop.ExecuteNonQueryAsync();
    }

    /// <summary>Tells the shops what goes wrong from now on.</summary>
    public async Task SetFaultsAsync(string json)
    {
        using var answer = await Http.PostAsync(control, new StringContent(json, System.Text.Encoding.UTF8, "application/json"));
        answer.EnsureSuccessStatusCode();
    }

    public async Task<JsonDocument> ReadAsync(string url) => JsonDocument.Parse(await Http.GetByteArrayAsync(url));

    /// <summary>Seconds until an answer is right; the services are looked at meanwhile.</summary>
    public Task<double> UntilAsync(long began, string url, Func<JsonElement, bool> isRight) => UntilAsync(began, url, async () =>
    {
        using var answer = await ReadAsync(url);
        return isRight(answer.RootElement);
    });

    /// <summary>Seconds until the door has read all there is.</summary>
    public Task<double> UntilReadyAsync(long began) => UntilAsync(began, "the door's health", async () =>
    {
        using var health = await Http.GetAsync("/health/ready");
        return health.IsSuccessStatusCode;
    });

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await StopServicesAsync();
        foreach (var (process, _) in services.Values)
            await process.DisposeAsync();
        foreach (var process in Enumerable.Reverse(started))
            await process.DisposeAsync();
        await postgres.DisposeAsync();
        temporary.Dispose();
    }

    private string FileOf(string name) => Path.Combine(folder, name);

    private async Task<double> UntilAsync(long began, string what, Func<Task<bool>> isRight)
    {
        while (true)
        {
            Look();
            try
            {
                if (await isRight())
                    return TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            }
            catch (HttpRequestException)
            {
                // Not open yet.
            }
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"{what} is not right within {Patience}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
