using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using StockPipeline.Broker;
using StockPipeline.Broker.Protocol;
using StockPipeline.BrokerTests.Log;
using StockPipeline.Testing;

namespace StockPipeline.BrokerTests.Clients;

/// <summary>The life of a broker: start, stop, death, and what it refuses.</summary>
public sealed class EmbeddedBrokerTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_broker_starts_in_one_line_on_a_free_port()
    {
        await using var broker = await EmbeddedBroker.StartAsync(new() { DataFolder = folder.Path });

        Assert.NotEqual(0, IPEndPoint.Parse(broker.BootstrapServers).Port);
        Assert.Equal(1, (await ClusterAsync(broker))["controllerId"]!.GetValue<long>());
    }

    [Fact]
    public async Task The_cluster_id_stays_and_the_leader_epoch_grows_only_after_a_death()
    {
        var (id, epoch) = await LiveAsync(clean: true);
        var again = await LiveAsync(clean: false);
        var afterDeath = await LiveAsync(clean: true);

        Assert.Equal((id, epoch), again);
        Assert.Equal((id, epoch + 1), afterDeath);
    }

    [Fact]
    public async Task A_second_broker_on_the_same_folder_is_refused()
    {
        await using var first = await EmbeddedBroker.StartAsync(new() { DataFolder = folder.Path });

        await Assert.ThrowsAsync<IOException>(() => EmbeddedBroker.StartAsync(new() { DataFolder = folder.Path }));
        Assert.Equal(1, (await ClusterAsync(first))["controllerId"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_port_that_is_taken_fails_the_start_and_leaves_the_folder_to_the_next()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var options = new BrokerOptions { DataFolder = folder.Path, Listen = taken.LocalEndpoint.ToString()! };

        await Assert.ThrowsAnyAsync<IOException>(() => EmbeddedBroker.StartAsync(options));

        await using var broker = await EmbeddedBroker.StartAsync(options with { Listen = "127.0.0.1:0" });
        Assert.Equal(1, (await ClusterAsync(broker))["controllerId"]!.GetValue<long>());
    }

    [Fact]
    public async Task An_address_that_clients_could_not_use_fails_the_start() => await Assert.ThrowsAsync<ArgumentException>(
        () => EmbeddedBroker.StartAsync(new() { DataFolder = folder.Path, Listen = "*:0" }));

    [Fact]
    public async Task Clients_are_sent_to_the_advertised_address()
    {
        await using var broker = await EmbeddedBroker.StartAsync(
            new() { DataFolder = folder.Path, Listen = "localhost:0", Advertised = "broker.example:19092" });

        Assert.Equal("broker.example:19092", broker.BootstrapServers);
    }

    [Fact]
    public async Task A_log_that_cannot_be_closed_fails_the_stop_and_leaves_the_folder_to_the_next()
    {
        var broker = await EmbeddedBroker.StartAsync(new() { DataFolder = folder.Path, AutoCreateTopics = true });
        await MetadataAsync(broker);
        using var client = RawClient.Connect(broker.BootstrapServers);
        await client.AskAsync((short)ApiKey.Produce, 9, JsonNode.Parse($$"""
            {"acks": -1, "timeoutMs": 1000, "topicData": [
              {"name": "topic", "partitionData": [{"index": 0, "records": "{{Convert.ToHexString(Batch.Of("kept"))}}"}]}]}
            """)!.AsObject());
        var (log, away) = (folder.File("topics/topic/topic-0"), folder.File("away"));
        Directory.Move(log, away);

        await Assert.ThrowsAsync<AggregateException>(() => broker.DisposeAsync().AsTask());

        Directory.Move(away, log);
        var (_, epoch) = await LiveAsync(clean: true);
        Assert.Equal(1, epoch);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_waiting_fetch_does_not_hold_up_a_stop(bool clean)
    {
        var broker = await EmbeddedBroker.StartAsync(new() { DataFolder = folder.Path, AutoCreateTopics = true });
        using var client = RawClient.Connect(broker.BootstrapServers);
        var metadata = await client.AskAsync((short)ApiKey.Metadata, 12, new JsonObject
        {
            ["topics"] = new JsonArray(new JsonObject { ["name"] = "topic" }), ["allowAutoTopicCreation"] = true,
        });
        var fetch = client.AskAsync((short)ApiKey.Fetch, 16, JsonNode.Parse($$"""
            {"maxWaitMs": {{int.MaxValue}}, "minBytes": 1, "maxBytes": 1000, "sessionEpoch": -1, "topics": [
              {"topicId": {{metadata["topics"]![0]!["topicId"]!.ToJsonString()}}, "partitions": [
                {"partition": 0, "fetchOffset": 0, "partitionMaxBytes": 1000}]}]}
            """)!.AsObject());

        await (clean ? broker.DisposeAsync().AsTask() : broker.AbandonAsync()).WaitAsync(Eventually.Patience);

        var ended = await Record.ExceptionAsync(() => fetch);
        Assert.True(ended is null or EndOfStreamException, ended?.ToString());
        await broker.Ended.WaitAsync(Eventually.Patience);
    }

    private async Task<(string ClusterId, long LeaderEpoch)> LiveAsync(bool clean)
    {
        var broker = await EmbeddedBroker.StartAsync(new() { DataFolder = folder.Path, AutoCreateTopics = true });
        var metadata = await MetadataAsync(broker);
        if (clean)
            await broker.DisposeAsync();
        else
            await broker.AbandonAsync();
        return (metadata["clusterId"]!.GetValue<string>(), metadata["topics"]![0]!["partitions"]![0]!["leaderEpoch"]!.GetValue<long>());
    }

    /// <summary>Creates the topic where it is not there yet.</summary>
    private static async Task<JsonObject> MetadataAsync(EmbeddedBroker broker)
    {
        using var client = RawClient.Connect(broker.BootstrapServers);
        return await client.AskAsync((short)ApiKey.Metadata, 12, new JsonObject
        {
            ["topics"] = new JsonArray(new JsonObject { ["name"] = "topic" }), ["allowAutoTopicCreation"] = true,
        });
    }

    private static async Task<JsonObject> ClusterAsync(EmbeddedBroker broker)
    {
        using var client = RawClient.Connect(broker.BootstrapServers);
        return await client.AskAsync((short)ApiKey.DescribeCluster, 1, []);
    }
}
