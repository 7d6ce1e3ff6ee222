using System.Text;
using StockPipeline.Avro.Schemas;
using StockPipeline.Contracts.Connections;
using StockPipeline.SchemaRegistry.Client;
using StockPipeline.SchemaRegistryServer;
using StockPipeline.SchemaRegistryTests.Rest;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.SchemaRegistryTests;

/// <summary>What the registry's log promises: restarts, failures in the middle, many at once.</summary>
public sealed class RegistryDurabilityTests(ITestOutputHelper output)
{
    private static readonly SchemaRegistryClientOptions OneTry = new() { Retry = new BackoffLimits { Attempts = 1 } };

    private readonly MemorySchemaLog log = new();

    [Fact]
    public async Task Entries_are_written_as_confluents_registry_writes_them()
    {
        await using var server = await OurRegistry.StartAsync(log, new RegistryServerOptions());
        using var client = Client(server);

        await client.RegisterAsync("s", AvroSchema.Parse("\"string\""), default);
        await SendAsync(server, HttpMethod.Put, "config/s", """{"compatibility":"FULL"}""");
        await SendAsync(server, HttpMethod.Put, "config", """{"compatibility":"NONE"}""");

        Assert.Equal(
            [
                ("""{"keytype":"SCHEMA","subject":"s","version":1,"magic":1}""",
                    """{"subject":"s","version":1,"id":1,"schema":"\"string\"","deleted":false}"""),
                ("""{"keytype":"CONFIG","subject":"s","magic":0}""", """{"compatibilityLevel":"FULL"}"""),
                ("""{"keytype":"CONFIG","subject":null,"magic":0}""", """{"compatibilityLevel":"NONE"}"""),
            ],
            log.Entries.Select(entry => (entry.Key, Encoding.UTF8.GetString(entry.Value!))));
    }

    [Fact]
    public async Task A_restart_over_a_compacted_log_changes_no_answer()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        string before;
        await using (var server = await OurRegistry.StartAsync(log, new RegistryServerOptions()))
        {
            for (var step = 0; step < 200; step++)
                await StepAsync(server, random);
            before = await StateAsync(server);
        }
        log.Compact();

        await using var again = await OurRegistry.StartAsync(log, new RegistryServerOptions());

        Assert.Equal(before, await StateAsync(again));
    }

    [Fact]
    public async Task An_id_is_never_given_to_a_second_schema_even_after_deletion_compaction_and_restart()
    {
        int first;
        await using (var server = await OurRegistry.StartAsync(log, new RegistryServerOptions()))
        {
            first = await RegisterAsync(server, "s", Schema(1));
            await SendAsync(server, HttpMethod.Delete, "subjects/s");
            await SendAsync(server, HttpMethod.Delete, "subjects/s?permanent=true");
        }
        log.Compact();

        await using var again = await OurRegistry.StartAsync(log, new RegistryServerOptions());

        Assert.Equal(first + 1, await RegisterAsync(again, "s", Schema(2)));
    }

    [Fact]
    public async Task Many_at_once_get_one_id_for_one_schema_and_different_ids_for_different_ones()
    {
        await using var server = await OurRegistry.StartAsync(log, new RegistryServerOptions());
        var tasks = Enumerable.Range(0, 120).Select(async number =>
        {
            using var client = Client(server);
            return (Schema: number % 10, Id: await client.RegisterAsync($"s{number % 7}", Schema(number % 10), default));
        });

        var ids = await Task.WhenAll(tasks);

        Assert.Equal(10, ids.Select(one => one.Id).Distinct().Count());
        Assert.Equal(10, ids.Distinct().Count());
        Assert.Equal(70, log.Entries.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_entry_that_was_not_confirmed_is_settled_before_the_next(bool arrives)
    {
        await using var server = await OurRegistry.StartAsync(log, new RegistryServerOptions());
        log.Next = (Fails: true, arrives);

        var error = await Assert.ThrowsAsync<SchemaRegistryUnavailableException>(() => RegisterAsync(server, "s", Schema(1)));

        Assert.Contains("50001", error.Message, StringComparison.Ordinal);
        Assert.Equal(arrives ? 2 : 1, await RegisterAsync(server, "other", Schema(2)));
        Assert.Equal(arrives ? 1 : 2, await RegisterAsync(server, "s", Schema(1)));
    }

    [Fact]
    public async Task Versions_are_limited()
    {
        await using var server = await OurRegistry.StartAsync(log, new RegistryServerOptions { MaxVersions = 2 });
        await RegisterAsync(server, "a", Schema(1));
        await RegisterAsync(server, "b", Schema(2));

        var error = await Assert.ThrowsAsync<SchemaRegistryException>(() => RegisterAsync(server, "c", Schema(3)));

        Assert.Equal(422, error.Code);
        Assert.Equal(1, await RegisterAsync(server, "a", Schema(1)));
    }

    [Fact]
    public async Task Bodies_are_limited()
    {
        await using var server = await OurRegistry.StartAsync(log, new RegistryServerOptions { MaxBodyBytes = 1_000 });
        var large = AvroSchema.Parse($$"""{"type":"record","name":"R","doc":"{{new string('x', 1_000)}}","fields":[]}""");

        var error = await Assert.ThrowsAsync<SchemaRegistryException>(() => RegisterAsync(server, "a", large));

        Assert.Equal(413, error.Code);
    }

    [Fact]
    public async Task An_entry_nobody_can_read_does_not_keep_the_others_from_being_served()
    {
        await log.StartAsync(new Nobody(), default);
        await log.AppendAsync("not json", [1], default);
        await log.AppendAsync("""{"keytype":"SCHEMA","subject":"x","version":1,"magic":1}""", "{}"u8.ToArray(), default);
        await log.AppendAsync(
            """{"keytype":"SCHEMA","subject":"p","version":1,"magic":1}""",
            """{"subject":"p","version":1,"id":7,"schemaType":"PROTOBUF","schema":"syntax = \"proto3\";","deleted":false}"""u8.ToArray(), default);

        await using var server = await OurRegistry.StartAsync(log, new RegistryServerOptions());

        Assert.Equal(8, await RegisterAsync(server, "s", Schema(1)));
        Assert.Contains("PROTOBUF", await SendAsync(server, HttpMethod.Get, "schemas/ids/7"), StringComparison.Ordinal);
    }

    private static async Task StepAsync(RegistryServer server, Random random)
    {
        var subject = $"s{random.Next(4)}";
        var permanent = random.Next(2) == 0 ? "" : "?permanent=true";
        switch (random.Next(6))
        {
            case 0:
                await SendAsync(server, HttpMethod.Delete, $"subjects/{subject}{permanent}");
                break;
            case 1:
                await SendAsync(server, HttpMethod.Delete, $"subjects/{subject}/versions/{random.Next(1, 9)}{permanent}");
                break;
            case 2:
                await SendAsync(server, HttpMethod.Put, $"config/{subject}", """{"compatibility":"NONE"}""");
                break;
            default:
                var body = $$"""{"schema":"{\"type\":\"fixed\",\"name\":\"F\",\"size\":{{random.Next(9)}}}"}""";
                await SendAsync(server, HttpMethod.Post, $"subjects/{subject}/versions", body);
                break;
        }
    }

    /// <summary>Everything the registry tells.</summary>
    private static async Task<string> StateAsync(RegistryServer server)
    {
        var paths = new[] { "schemas?deleted=true", "subjects", "config" }.Concat(Enumerable.Range(0, 4).Select(number => $"config/s{number}"));
        return string.Join('\n', await Task.WhenAll(paths.Select(path => SendAsync(server, HttpMethod.Get, path))));
    }

    private static async Task<string> SendAsync(RegistryServer server, HttpMethod method, string path, string? body = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(server.Url, path));
        if (body is not null)
            request.Content = new StringContent(body);
        using var response = await http.SendAsync(request);
        Assert.True((int)response.StatusCode < 500, $"{method} {path}: {response.StatusCode}");
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<int> RegisterAsync(RegistryServer server, string subject, AvroSchema schema)
    {
        using var client = Client(server);
        return await client.RegisterAsync(subject, schema, default);
    }

    private static SchemaRegistryClient Client(RegistryServer server) =>
        new(new SchemaRegistryConnection { Url = server.Url }, OneTry);

    /// <summary>Different schemas that fit each other.</summary>
    private static AvroSchema Schema(int number) =>
        AvroSchema.Parse($$"""{"type":"record","name":"R","fields":[{"name":"f{{number}}","type":"int","default":0}]}""");

    private sealed class Nobody : SchemaRegistryServer.Storage.ISchemaLogReader
    {
        public void Reset()
        {
        }

        public void Apply(string key, byte[]? value)
        {
        }
    }
}
