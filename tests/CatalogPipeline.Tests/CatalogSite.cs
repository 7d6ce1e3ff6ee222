using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using StockPipeline.Catalog.Attributes;
using StockPipeline.Catalog.Listings;
using StockPipeline.Catalog.Merging;
using StockPipeline.CatalogApi;
using StockPipeline.CatalogCollector;
using StockPipeline.CatalogCollector.Polling;
using StockPipeline.CatalogCollector.Publishing;
using StockPipeline.CatalogMerger;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting.Status;
using StockPipeline.Simulator.Partners;
using StockPipeline.Storage.Postgres;
using StockPipeline.Surroundings;
using StockPipeline.Testing;
using StockPipeline.Workers;

namespace StockPipeline.CatalogPipelineTests;

/// <summary>
/// The whole catalog on real parts: two simulated shops, our broker and registry, PostgreSQL, two collectors, a merger and the door. Each service
/// can be stopped as a killed one is, and started again.
/// </summary>
public sealed class CatalogSite : IAsyncLifetime
{
    public const string Key = "write-key";
    public const int Products = 40;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(300);

    private readonly TempFolder folder = new();
    private readonly Dictionary<string, RunningService> services = new(StringComparer.Ordinal);
    private PrivatePostgres postgres = null!;
    private HttpClient http = null!;

    public ServiceSurroundings Surroundings { get; private set; } = null!;

    public PartnersSimulator Shops { get; private set; } = null!;

    /// <summary>Where the catalog is served now.</summary>
    public Uri Url { get; private set; } = null!;

    public string Database => new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = "catalog" }.ConnectionString;

    public async Task InitializeAsync()
    {
        postgres = await StartPostgresAsync();
        Surroundings = await ServiceSurroundings.StartAsync();
        Shops = await PartnersSimulator.StartAsync(
            new PartnersOptions { Products = Products, Port = 0, ControlPort = 0, Drift = TimeSpan.Zero, Seed = 7 }, default);
        foreach (var partner in KnownPartners.All)
            StartCollector(partner);
        StartMerger();
        await StartDoorAsync();
        await SeeAsync("/api/v2/products?limit=1", page => page.GetProperty("total").GetInt32() == Products);
    }

    public async Task DisposeAsync()
    {
        foreach (var service in services.Values)
            await service.DisposeAsync();
        http.Dispose();
        await Shops.DisposeAsync();
        await Surroundings.DisposeAsync();
        await postgres.DisposeAsync();
        folder.Dispose();
    }

    public void StartCollector(string partner, TimeSpan? pricePatience = null) => Start(partner, async (client, health, stop) =>
    {
        var options = new CollectorOptions
        {
            Partner = partner, NetVideoUrl = Shops.UrlOf(KnownPartners.NetVideo), CountryLinkUrl = Shops.UrlOf(KnownPartners.CountryLink),
            Interval = Poll, PageSize = 15, Timeout = TimeSpan.FromSeconds(2), PricePatience = pricePatience ?? TimeSpan.FromDays(1),
        };
        var tables = new PartnerTables(partner, "RUB", client.Kafka, client.Topics.Catalog, client.Codecs.Catalog);
        var publisher = await Publisher.CreateAsync(partner, client.Kafka, client.Topics.Catalog, client.Codecs.Catalog, stop);
        using var shop = new PartnerClient(options, TimeProvider.System);
        var collector = new Collector(
            options, client.Kafka, tables, publisher, new Listing(shop, new ItemReader(partner, "RUB"), options), TimeProvider.System,
            NullLogger.Instance);
        var loop = new CollectingLoop(options, collector, tables, health.Check("partner"), TimeProvider.System, NullLogger.Instance);
        await Together.RunAsync(stop, tables.RunAsync, loop.RunAsync);
    });

    public void StartMerger() => Start("merger", (client, health, stop) =>
        new Merger(MergeRules.Default, TimeSpan.FromDays(1), client.Kafka, client.Topics.Catalog, client.Codecs.Catalog, health, TimeProvider.System)
            .RunAsync(stop));

    public async Task StartDoorAsync()
    {
        var served = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        Start("door", async (client, health, stop) =>
        {
            var door = new CatalogDoor(
                new CatalogOptions { DatabaseAddressText = new Secret(Database), Port = 0, WriteKey = new Secret(Key) }, client.Kafka,
                client.Topics.Catalog, client.Codecs.Catalog, health, _ => { }, NullLoggerFactory.Instance, TimeProvider.System);
            var running = door.RunAsync(stop);
            if (await Task.WhenAny(running, door.Serving) == door.Serving)
                served.TrySetResult(await door.Serving);
            else
                served.TrySetException(running.Exception?.InnerException ?? new InvalidOperationException("The door ended."));
            await running;
        });
        Url = await served.Task.WaitAsync(Eventually.Patience);
        http?.Dispose();
        http = new HttpClient { BaseAddress = Url };
        http.DefaultRequestHeaders.Add("X-Api-Key", Key);
        await Eventually.TrueAsync(() => services["door"].Health.IsReady);
    }

    /// <summary>Ends a service in the middle of whatever it does.</summary>
    public async Task StopAsync(string name)
    {
        if (services.Remove(name, out var service))
            await service.DisposeAsync();
    }

    public async Task<(int Status, JsonElement Body)> SendAsync(HttpMethod method, string path, object? body = null,
        params (string, string)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = body is string text ? new StringContent(text, System.Text.Encoding.UTF8, "application/json") : JsonContent.Create(body);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(request);
        var said = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, said.Length > 0 && said[0] is '{' or '[' ? JsonDocument.Parse(said).RootElement : default);
    }

    public Task<HttpResponseMessage> AskAsync(HttpRequestMessage request) => http.SendAsync(request);

    public async Task<JsonElement> GetAsync(string path)
    {
        var (status, body) = await SendAsync(HttpMethod.Get, path);
        return status == 200 ? body : throw new InvalidOperationException($"{path} answers {status}: {body}");
    }

    public Task<JsonElement> SeeAsync(string path, Func<JsonElement, bool> isRight) => Eventually.SeeAsync(async () =>
    {
        var (status, body) = await SendAsync(HttpMethod.Get, path);
        return status == 200 ? body : default;
    }, body => body.ValueKind != JsonValueKind.Undefined && isRight(body));

    /// <summary>Everything that clients can see, in one text: equal texts are equal catalogs.</summary>
    public async Task<string> WholeAsync() =>
        (await GetAsync("/api/v1/product/get_all_products_with_info?size=100")).GetRawText()
        + (await GetAsync("/api/v2/products?limit=100&fields=full")).GetRawText();

    /// <summary>Until both partners have been heard in full, twice from now on.</summary>
    public async Task HealthyAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        await SeeAsync("/api/v2/partners", partners => partners.GetArrayLength() == 2 && partners.EnumerateArray().All(partner =>
            partner.GetProperty("state").GetString() == "complete"
            && partner.GetProperty("complete_at").GetDateTimeOffset() > now.Add(Poll + TimeSpan.FromMilliseconds(100))));
    }

    /// <summary>The products that both shops list, with their numbers.</summary>
    public async Task<string> IdsAsync() => string.Join(' ', (await GetAsync("/api/v2/products?limit=100&q=видеокарта")).GetProperty("items")
        .EnumerateArray().Select(item => $"{item.GetProperty("id")}={item.GetProperty("key")}"));

    /// <summary>All that clients of the first interface can see of products.</summary>
    public async Task<string> FirstInterfaceAsync() =>
        (await GetAsync("/api/v1/product/get_all_products_with_info?size=100")).GetProperty("items").GetRawText();

    public async Task<PrivatePostgres> StartPostgresAsync()
    {
        if (PrivatePostgres.FindPrograms() is null)
            await ChildProcess.OutputOfAsync(RepositoryFolder.PathOf("eng/debian-packages.sh"), ["postgresql"], patience: TimeSpan.FromMinutes(5));
        var programs = PrivatePostgres.FindPrograms()
            ?? throw new InvalidOperationException("PostgreSQL's programs are not where they were installed.");
        // The server may run as another user than the tests, who must be able to reach its folder.
        await ChildProcess.OutputOfAsync("chmod", ["755", folder.Path], patience: Eventually.Patience);
        return await PrivatePostgres.StartAsync(programs, folder.File("postgres"), TimeProvider.System, default);
    }

    private void Start(string name, Func<PipelineClient, Health, CancellationToken, Task> run)
    {
        if (services.TryGetValue(name, out var running) && running.Running.IsFaulted)
            throw running.Running.Exception!;
        services[name] = new RunningService(name, Surroundings.CreateClient(name), run);
    }

    private sealed class RunningService : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly PipelineClient client;

        public RunningService(
            string name, PipelineClient client, Func<PipelineClient, Health, CancellationToken, Task> run)
        {
            this.client = client;
            Health = new Health(name, TimeProvider.System);
            Running = Task.Run(() => run(client, Health, stop.Token));
        }

        public Health Health { get; }

        public Task Running { get; }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await client.DisposeAsync();
            stop.Dispose();
            if (Running.IsFaulted)
                throw Running.Exception!;
        }
    }
}
