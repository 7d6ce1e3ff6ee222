using System.Text.Json.Nodes;
using StockPipeline.Broker.Protocol;
using StockPipeline.BrokerTests.Clients;
using StockPipeline.BrokerTests.Log;
using StockPipeline.BrokerTests.Schemas;
using StockPipeline.Testing;

namespace StockPipeline.BrokerTests.Apis;

/// <summary>What produce, fetch and their like answer at the edges, seen on the wire.</summary>
public sealed class DataApiTests(BrokerFixture fixture) : IClassFixture<BrokerFixture>, IAsyncLifetime
{
    private const string BothParts = """
        {"partition": 0, "currentLeaderEpoch": -1, "fetchOffset": 0, "partitionMaxBytes": 1000},
        {"partition": 1, "currentLeaderEpoch": -1, "fetchOffset": 0, "partitionMaxBytes": 1000}
        """;

    private RawClient client = null!;
    private string topic = null!;
    private string topicId = null!;

    public async Task InitializeAsync()
    {
        client = RawClient.Connect(fixture.Broker.BootstrapServers);
        topic = await fixture.CreateTopicAsync(2);
        var metadata = await AskAsync(ApiKey.Metadata, 12, $$"""{"topics": [{"name": "{{topic}}"}]}""");
        topicId = metadata["topics"]![0]!["topicId"]!.GetValue<string>();
    }

    public Task DisposeAsync()
    {
        client.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Metadata_names_topics_by_name_and_by_id()
    {
        var answer = await AskAsync(ApiKey.Metadata, 12, $$"""
            {"topics": [
              {"name": null, "topicId": "{{topicId}}"}, {"name": null, "topicId": "{{Guid.NewGuid()}}"}, {"name": "bad name"}, {"name": "missing"}]}
            """);

        Assert.Equal(
            [ErrorCode.None, ErrorCode.UnknownTopicId, ErrorCode.InvalidTopic, ErrorCode.UnknownTopicOrPartition], Errors(answer["topics"]!));
        Assert.Equal(topic, answer["topics"]![0]!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Metadata_of_no_topics_has_none_and_of_null_has_all()
    {
        Assert.Empty((await AskAsync(ApiKey.Metadata, 12, """{"topics": []}"""))["topics"]!.AsArray());
        Assert.NotEmpty((await AskAsync(ApiKey.Metadata, 12, """{"topics": null}"""))["topics"]!.AsArray());
        Assert.NotEmpty((await AskAsync(ApiKey.Metadata, 0, """{"topics": []}"""))["topics"]!.AsArray());
    }

    [Fact]
    public async Task Operations_are_told_only_to_who_asks()
    {
        var asked = await AskAsync(ApiKey.Metadata, 9, $$"""
            {"topics": [{"name": "{{topic}}"}], "includeTopicAuthorizedOperations": true, "includeClusterAuthorizedOperations": true}
            """);
        var silent = await AskAsync(ApiKey.Metadata, 9, $$"""{"topics": [{"name": "{{topic}}"}]}""");

        Assert.Equal((3576, 8096), Operations(asked));
        Assert.Equal((int.MinValue, int.MinValue), Operations(silent));

        static (long, long) Operations(JsonObject answer) =>
            (answer["topics"]![0]!["topicAuthorizedOperations"]!.GetValue<long>(), answer["clusterAuthorizedOperations"]!.GetValue<long>());
    }

    [Fact]
    public async Task Acks_that_do_not_exist_are_refused_for_every_partition()
    {
        var answer = await ProduceAsync(acks: 2, Batch.Of("v"));

        Assert.Equal([ErrorCode.InvalidRequiredAcks], Errors(answer["responses"]![0]!["partitionResponses"]!));
    }

    [Fact]
    public async Task Without_acknowledgement_there_is_no_answer_and_the_next_request_is_served()
    {
        await client.SendAsync(RawClient.RequestFrame((short)ApiKey.Produce, 9, Encoded(ProduceRequest(0, Batch.Of("silent")))));
        var answer = await ProduceAsync(acks: 1, Batch.Of("loud"));

        Assert.Equal(1, answer["responses"]![0]!["partitionResponses"]![0]!["baseOffset"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_bad_batch_without_acknowledgement_closes_the_connection_so_that_the_client_notices()
    {
        var batch = Batch.Of("v");
        batch[^1] ^= 1;
        await client.SendAsync(RawClient.RequestFrame((short)ApiKey.Produce, 9, Encoded(ProduceRequest(0, batch))));

        Assert.Null(await client.ReceiveAsync());
    }

    [Fact]
    public async Task Of_a_request_that_is_cut_short_nothing_is_appended()
    {
        var whole = Encoded(ProduceRequest(1, Batch.Of("v")));
        using var broken = RawClient.Connect(fixture.Broker.BootstrapServers);
        await broken.SendAsync(RawClient.RequestFrame((short)ApiKey.Produce, 9, whole[..^1]));

        Assert.Null(await broken.ReceiveAsync());

        Assert.Equal(0, (await ProduceAsync(acks: 1, Batch.Of("v")))["responses"]![0]!["partitionResponses"]![0]!["baseOffset"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_fetch_waits_for_its_deadline_and_answers_nothing_as_zero_bytes()
    {
        var answer = await FetchAsync("""{"partition": 0, "currentLeaderEpoch": -1, "fetchOffset": 0, "partitionMaxBytes": 1000}""", maxWait: 50);

        Assert.Equal(string.Empty, Part(answer, 0)["records"]!.GetValue<string>());
        Assert.Equal(0, Part(answer, 0)["highWatermark"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_fetch_with_an_error_does_not_wait()
    {
        var answer = await FetchAsync(
            """
            {"partition": 0, "currentLeaderEpoch": 5, "fetchOffset": 0, "partitionMaxBytes": 1000},
            {"partition": 1, "currentLeaderEpoch": -1, "fetchOffset": 1, "partitionMaxBytes": 1000},
            {"partition": 2, "currentLeaderEpoch": -1, "fetchOffset": 0, "partitionMaxBytes": 1000}
            """,
            maxWait: int.MaxValue);

        Assert.Equal(
            [ErrorCode.UnknownLeaderEpoch, ErrorCode.OffsetOutOfRange, ErrorCode.UnknownTopicOrPartition],
            Errors(answer["responses"]![0]!["partitions"]!));
        Assert.Equal(-1, Part(answer, 1)["highWatermark"]!.GetValue<long>());
    }

    [Fact]
    public async Task An_unknown_topic_id_is_told_apart_from_an_unknown_name()
    {
        topicId = Guid.NewGuid().ToString();
        var answer = await FetchAsync("""{"partition": 0, "currentLeaderEpoch": -1, "fetchOffset": 0, "partitionMaxBytes": 1000}""", maxWait: 1000);

        Assert.Equal([ErrorCode.UnknownTopicId], Errors(answer["responses"]![0]!["partitions"]!));
    }

    [Fact]
    public async Task A_fetch_in_a_session_is_told_that_there_is_none()
    {
        var answer = await AskAsync(ApiKey.Fetch, 16, """{"maxWaitMs": 1000, "minBytes": 1, "sessionId": 7, "sessionEpoch": 3}""");

        Assert.Equal((short)ErrorCode.FetchSessionIdNotFound, answer["errorCode"]!.GetValue<long>());
    }

    [Fact]
    public async Task The_first_batch_comes_whole_and_the_others_only_as_far_as_there_is_room()
    {
        var batch = Batch.Of("a");
        await ProduceAsync(acks: -1, batch);
        await ProduceAsync(acks: -1, Batch.Of("b"));
        await ProduceAsync(acks: -1, Batch.Of("c"), partition: 1);

        var tight = await FetchAsync(BothParts, maxWait: 0, maxBytes: 1);
        var wide = await FetchAsync(BothParts, maxWait: 0, maxBytes: 1000);

        Assert.Equal([0, batch.Length], new[] { Size(tight, 0), Size(tight, 1) }.Order());
        Assert.Equal((2 * batch.Length, batch.Length), (Size(wide, 0), Size(wide, 1)));
    }

    [Fact]
    public async Task Every_partition_gets_its_turn_where_there_is_room_for_one()
    {
        await ProduceAsync(acks: -1, Batch.Of("a"));
        await ProduceAsync(acks: -1, Batch.Of("b"), partition: 1);

        var served = new HashSet<int>();
        for (var fetch = 0; fetch < 20; fetch++)
            served.Add(Size(await FetchAsync(BothParts, maxWait: 0, maxBytes: 1), 0) > 0 ? 0 : 1);

        Assert.Equal([0, 1], served.Order());
    }

    [Fact]
    public async Task An_answer_carries_a_mebibyte_beyond_what_the_client_waits_for()
    {
        var batch = Batch.Of(new string('x', 300_000));
        for (var i = 0; i < 10; i++)
            await ProduceAsync(acks: -1, batch);
        const string Part = """{"partition": 0, "currentLeaderEpoch": -1, "fetchOffset": 0, "partitionMaxBytes": 50000000}""";

        var eager = await FetchAsync(Part, maxWait: int.MaxValue, maxBytes: 50_000_000);
        var patient = await FetchAsync(Part, maxWait: int.MaxValue, maxBytes: 50_000_000, minBytes: 2_000_000);

        Assert.Equal(3 * batch.Length, Size(eager, 0));
        Assert.Equal(10 * batch.Length, Size(patient, 0));
    }

    [Fact]
    public async Task A_waiting_fetch_ends_when_its_topic_is_deleted()
    {
        var fetch = FetchAsync("""{"partition": 0, "currentLeaderEpoch": -1, "fetchOffset": 0, "partitionMaxBytes": 1000}""", maxWait: int.MaxValue);
        using var admin = fixture.Admin();
        await admin.DeleteTopicsAsync([topic]);

        Assert.Equal([ErrorCode.UnknownTopicOrPartition], Errors((await fetch.WaitAsync(Eventually.Patience))["responses"]![0]!["partitions"]!));
    }

    [Fact]
    public async Task The_same_partition_twice_in_one_question_is_an_invalid_request()
    {
        var answer = await AskAsync(ApiKey.ListOffsets, 7, $$"""
            {"replicaId": -1, "topics": [{"name": "{{topic}}", "partitions": [
              {"partitionIndex": 0, "timestamp": -1}, {"partitionIndex": 0, "timestamp": -2}, {"partitionIndex": 1, "timestamp": -2}]}]}
            """);

        Assert.Equal([ErrorCode.InvalidRequest, ErrorCode.InvalidRequest, ErrorCode.None], Errors(answer["topics"]![0]!["partitions"]!));
    }

    [Theory]
    [InlineData(6, -3)]
    [InlineData(7, -4)]
    [InlineData(8, -5)]
    [InlineData(9, -6)]
    public async Task A_special_time_that_a_version_does_not_know_is_refused(short version, long time)
    {
        var answer = await AskAsync(ApiKey.ListOffsets, version, $$"""
            {"replicaId": -1, "topics": [{"name": "{{topic}}", "partitions": [{"partitionIndex": 0, "timestamp": {{time}}}]}]}
            """);

        Assert.Equal([ErrorCode.UnsupportedVersion], Errors(answer["topics"]![0]!["partitions"]!));
    }

    private Task<JsonObject> AskAsync(ApiKey key, short version, string json) =>
        client.AskAsync((short)key, version, JsonNode.Parse(json)!.AsObject());

    private Task<JsonObject> ProduceAsync(int acks, byte[] batch, int partition = 0) =>
        client.AskAsync((short)ApiKey.Produce, 9, ProduceRequest(acks, batch, partition));

    private JsonObject ProduceRequest(int acks, byte[] batch, int partition = 0) => JsonNode.Parse($$"""
        {"acks": {{acks}}, "timeoutMs": 1000, "topicData": [
          {"name": "{{topic}}", "partitionData": [{"index": {{partition}}, "records": "{{Convert.ToHexString(batch)}}"}]}]}
        """)!.AsObject();

    private static byte[] Encoded(JsonObject produce) =>
        SchemaEncoder.Encode(MessageSchema.Request((short)ApiKey.Produce), 9, produce);

    private Task<JsonObject> FetchAsync(string partitions, int maxWait, int maxBytes = 100_000, int minBytes = 1) => AskAsync(ApiKey.Fetch, 16, $$"""
        {"maxWaitMs": {{maxWait}}, "minBytes": {{minBytes}}, "maxBytes": {{maxBytes}}, "sessionEpoch": -1,
         "topics": [{"topicId": "{{topicId}}", "partitions": [{{partitions}}]}]}
        """);

    private static JsonNode Part(JsonObject fetched, int index) => fetched["responses"]![0]!["partitions"]![index]!;

    private static int Size(JsonObject fetched, int index) => Part(fetched, index)["records"]!.GetValue<string>().Length / 2;

    private static IEnumerable<ErrorCode> Errors(JsonNode items) => items.AsArray().Select(item => (ErrorCode)item!["errorCode"]!.GetValue<long>());
}
