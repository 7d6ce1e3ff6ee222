using System.Text.Json.Nodes;
using StockPipeline.Broker.Protocol;
using StockPipeline.BrokerTests.Clients;

namespace StockPipeline.BrokerTests.Apis;

/// <summary>Every version the broker advertises, asked and read by Kafka's own message definitions.</summary>
public sealed class EveryVersionTests(BrokerFixture fixture) : IClassFixture<BrokerFixture>, IAsyncLifetime
{
    private const int FirstServedProduce = 3;

    private Guid topicId;

    public async Task InitializeAsync()
    {
        using var client = RawClient.Connect(fixture.Broker.BootstrapServers);
        await client.AskAsync((short)ApiKey.CreateTopics, 7, new JsonObject
        {
            ["topics"] = new JsonArray(new JsonObject { ["name"] = SampleRequests.Topic, ["numPartitions"] = 1, ["replicationFactor"] = 1 }),
        });
        var metadata = await client.AskAsync((short)ApiKey.Metadata, 12, SampleRequests.For("Metadata", Guid.Empty));
        topicId = Guid.Parse(metadata["topics"]![0]!["topicId"]!.GetValue<string>());
        await client.AskAsync((short)ApiKey.Produce, 11, SampleRequests.For("Produce", topicId));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Every_version_that_is_advertised_is_read_and_written_as_Kafka_defines_it()
    {
        using var client = RawClient.Connect(fixture.Broker.BootstrapServers);
        foreach (var (key, min, max) in await AdvertisedAsync(client))
        {
            // The decoder throws on a field too many, too few or null where it may not be.
            for (var version = min; version <= max; version++)
                Assert.NotEmpty(await AskAsync(client, key, version));
        }
    }

    [Fact]
    public async Task Every_version_says_the_same_as_the_newest_in_the_fields_it_has()
    {
        using var client = RawClient.Connect(fixture.Broker.BootstrapServers);
        foreach (var (key, min, max) in await AdvertisedAsync(client))
        {
            // Each of them starts a different conversation in old versions: one answer per group, one per member, one coordinator.
            if (key is ApiKey.OffsetFetch or ApiKey.LeaveGroup or ApiKey.FindCoordinator or ApiKey.Produce)
                continue;
            var newest = await AskAsync(client, key, max);
            for (var version = min; version < max; version++)
                AssertSame(newest, await AskAsync(client, key, version), $"{key} v{version}");
        }
    }

    [Fact]
    public async Task One_version_beyond_what_is_advertised_closes_the_connection()
    {
        using var asking = RawClient.Connect(fixture.Broker.BootstrapServers);
        foreach (var (key, _, max) in await AdvertisedAsync(asking))
        {
            if (key == ApiKey.ApiVersions)
                continue;
            using var client = RawClient.Connect(fixture.Broker.BootstrapServers);
            await client.SendAsync(RawClient.RequestFrame((short)key, max + 1, []));
            Assert.Null(await client.ReceiveAsync());
        }
    }

    [Fact]
    public async Task Versions_of_Produce_before_record_batches_close_the_connection()
    {
        for (var version = 0; version < FirstServedProduce; version++)
        {
            using var client = RawClient.Connect(fixture.Broker.BootstrapServers);
            await client.SendAsync(RawClient.RequestFrame((short)ApiKey.Produce, version, []));
            Assert.Null(await client.ReceiveAsync());
        }
    }

    private async Task<JsonObject> AskAsync(RawClient client, ApiKey key, int version) =>
        await client.AskAsync((short)key, version, SampleRequests.For(key.ToString(), topicId));

    private static async Task<List<(ApiKey Key, int Min, int Max)>> AdvertisedAsync(RawClient client)
    {
        var answer = await client.AskAsync((short)ApiKey.ApiVersions, 4, SampleRequests.For("ApiVersions", Guid.Empty));
        return [.. answer["apiKeys"]!.AsArray().Select(one =>
        {
            var key = (ApiKey)(short)one!["apiKey"]!.GetValue<long>();
            return (key, key == ApiKey.Produce ? FirstServedProduce : (int)one["minVersion"]!.GetValue<long>(),
                (int)one["maxVersion"]!.GetValue<long>());
        })];
    }

    private static void AssertSame(JsonNode? newest, JsonNode? older, string where)
    {
        switch (older)
        {
            case JsonObject fields:
                foreach (var (name, value) in fields.Where(field => newest!.AsObject().ContainsKey(field.Key)))
                    AssertSame(newest![name], value, $"{where}.{name}");
                break;
            case JsonArray items:
                Assert.True(items.Count == newest!.AsArray().Count,
                    $"{where} has {items.Count} elements, the newest version {newest.AsArray().Count}");
                for (var i = 0; i < items.Count; i++)
                    AssertSame(newest[i], items[i], $"{where}[{i}]");
                break;
            case JsonValue text when newest is null && text.TryGetValue<string>(out var empty) && empty.Length == 0:
                // What may be null in the newest version had to be empty in older ones.
                break;
            default:
                Assert.True(JsonNode.DeepEquals(newest, older),
                    $"{where} is {older?.ToJsonString() ?? "null"}, in the newest version {newest?.ToJsonString() ?? "null"}");
                break;
        }
    }
}
