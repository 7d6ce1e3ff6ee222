using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Avro.Schemas;
using StockPipeline.Broker;
using StockPipeline.Contracts.Connections;
using StockPipeline.SchemaRegistry.Client;
using StockPipeline.SchemaRegistryServer;
using StockPipeline.Testing;

namespace StockPipeline.SchemaRegistryTests;

/// <summary>The registry over Kafka, which is here our own broker.</summary>
public sealed class KafkaRegistryTests : IAsyncLifetime
{
    private static readonly SchemaRegistryClientOptions OneTry = new() { Retry = new BackoffLimits { Attempts = 1 } };

    private readonly TempFolder folder = new();
    private EmbeddedBroker broker = null!;

    public async Task InitializeAsync() => broker = await EmbeddedBroker.StartAsync(new BrokerOptions { DataFolder = folder.Path });

    public async Task DisposeAsync()
    {
        await broker.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task What_is_registered_survives_a_restart()
    {
        int id;
        await using (var server = await StartAsync())
        {
            using var client = Client(server.Url);
            await client.RegisterAsync("a", Schema(1), default);
            id = await client.RegisterAsync("b", Schema(2), default);
        }

        await using var again = await StartAsync();
        using var later = Client(again.Url);

        Assert.Equal(Schema(2).Json, (await later.SchemaAsync(id, default)).Json);
        Assert.Equal(id, await later.RegisterAsync("b", Schema(2), default));
        Assert.Equal(id + 1, await later.RegisterAsync("b", Schema(3), default));
    }

    [Fact]
    public async Task Many_at_once_agree()
    {
        await using var server = await StartAsync();

        var ids = await Task.WhenAll(Enumerable.Range(0, 40).Select(async number =>
        {
            using var client = Client(server.Url);
            return (Schema: number % 8, Id: await client.RegisterAsync($"s{number % 5}", Schema(number % 8), default));
        }));

        Assert.Equal(8, ids.Select(one => one.Id).Distinct().Count());
        Assert.Equal(8, ids.Distinct().Count());
    }

    [Fact]
    public async Task A_process_killed_at_any_instant_has_kept_all_it_said_it_had()
    {
        Dictionary<int, string> said = [];
        for (var life = 0; life < 3; life++)
        {
            await using var process = ChildProcess.StartDotnet(
                "StockPipeline.SchemaRegistryServer.dll",
                [$"KAFKA_CONNECT={broker.BootstrapServers}", "SCHEMA_REGISTRY_PORT=0", "HEALTH_PORT=off"]);
            var port = PortIn(await process.SaysAsync("versions on port"));
            using var client = Client(new Uri($"http://127.0.0.1:{port}"));
            foreach (var (id, schema) in said)
                Assert.Equal(schema, (await client.SchemaAsync(id, default)).Json);
            var registering = RegisterUntilKilledAsync(client, life, said);
            await Eventually.TrueAsync(() =>
            {
                lock (said)
                    return said.Count >= (life + 1) * 20;
            });
            process.Signal(ChildProcess.Kill);
            await registering;
        }

        await using var server = await StartAsync();
        using var last = Client(server.Url);
        foreach (var (id, schema) in said)
            Assert.Equal(schema, (await last.SchemaAsync(id, default)).Json);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("SCHEMA_REGISTRY_LISTEN=0.0.0.0", false)]
    public async Task A_process_is_reached_from_this_machine_alone_unless_it_is_told_otherwise(string setting, bool isAlone)
    {
        await using var process = ChildProcess.StartDotnet(
            "StockPipeline.SchemaRegistryServer.dll",
            [
                $"KAFKA_CONNECT={broker.BootstrapServers}", "SCHEMA_REGISTRY_PORT=0", "HEALTH_PORT=off",
                .. setting.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            ]);
        var port = int.Parse(PortIn(await process.SaysAsync("versions on port")), null);

        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(endpoint => endpoint.Port == port);

        Assert.Equal(isAlone ? IPAddress.Loopback : IPAddress.Any, Assert.Single(listening).Address);
    }

    private static async Task RegisterUntilKilledAsync(SchemaRegistryClient client, int life, Dictionary<int, string> said)
    {
        try
        {
            for (var number = 0; ; number++)
            {
                var schema = Schema((life * 100_000) + number);
                var id = await client.RegisterAsync($"s{number % 3}", schema, default);
                lock (said)
                    said.Add(id, schema.Json);
            }
        }
        catch (SchemaRegistryUnavailableException error)
        {
            Assert.NotEmpty(error.Message);
        }
    }

    private Task<RegistryServer> StartAsync() => RegistryServer.StartAsync(
        new KafkaConnection { BootstrapServers = broker.BootstrapServers },
        new RegistryServerOptions { Port = 0 }, NullLoggerFactory.Instance, TimeProvider.System, default);

    private static SchemaRegistryClient Client(Uri url) =>
        new(new SchemaRegistryConnection { Url = url }, OneTry);

    private static string PortIn(string line) => line[(line.LastIndexOf(' ') + 1)..];

    private static AvroSchema Schema(int number) =>
        AvroSchema.Parse($$"""{"type":"record","name":"R","fields":[{"name":"f{{number}}","type":"int","default":0}]}""");
}
