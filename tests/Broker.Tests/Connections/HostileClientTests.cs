using System.Net.Sockets;
using System.Text.Json.Nodes;
using StockPipeline.Broker;
using StockPipeline.Broker.Connections;
using StockPipeline.Broker.Protocol;
using StockPipeline.BrokerTests.Apis;
using StockPipeline.BrokerTests.Clients;
using StockPipeline.BrokerTests.Schemas;
using StockPipeline.Testing;
using Xunit.Abstractions;

namespace StockPipeline.BrokerTests.Connections;

/// <summary>Whatever a client sends, it loses its own connection at most.</summary>
public sealed class HostileClientTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int MaxConnections = 100;
    private const int MaxFrameBytes = 100_000;

    private readonly TempFolder folder = new();
    private readonly ManualClock clock = new(new DateTimeOffset(2026, 3, 2, 7, 0, 0, TimeSpan.Zero));
    private readonly ErrorLog errors = new();
    private EmbeddedBroker broker = null!;
    private RawClient witness = null!;

    public async Task InitializeAsync()
    {
        broker = await EmbeddedBroker.StartAsync(new BrokerOptions
        {
            DataFolder = folder.Path, Clock = clock,
            Limits = new ConnectionLimits
            {
                MaxConnections = MaxConnections, MaxFrameBytes = MaxFrameBytes, MaxFrameBytesTogether = 3 * MaxFrameBytes,
            },
        }, errors);
        witness = RawClient.Connect(broker.BootstrapServers);
        await witness.AskAsync((short)ApiKey.CreateTopics, 7, new JsonObject
        {
            ["topics"] = new JsonArray(new JsonObject { ["name"] = SampleRequests.Topic, ["numPartitions"] = 1, ["replicationFactor"] = 1 }),
        });
    }

    public async Task DisposeAsync()
    {
        await AssertServesAsync();
        witness.Dispose();
        await broker.DisposeAsync();
        folder.Dispose();
        Assert.Empty(errors.Errors);
    }

    [Theory]
    [InlineData("00000007")]
    [InlineData("FFFFFFFF")]
    [InlineData("80000000")]
    [InlineData("7FFFFFFF")]
    [InlineData("474554202F20485454502F312E310D0A0D0A")]
    [InlineData("16030100C8010000C40303")]
    public async Task A_length_nobody_can_mean_closes_the_connection(string hex)
    {
        using var client = RawClient.Connect(broker.BootstrapServers);
        await client.SendRawAsync(Convert.FromHexString(hex));
        Assert.Null(await client.ReceiveAsync());
    }

    [Fact]
    public async Task A_frame_at_the_limit_is_served_and_one_byte_more_closes_the_connection()
    {
        using var client = RawClient.Connect(broker.BootstrapServers);
        // The body of an ApiVersions request in an unknown version is not looked at.
        var frame = new byte[100_000];
        Convert.FromHexString("00127FFF00000001").CopyTo(frame, 0);
        await client.SendAsync(frame);
        Assert.NotNull(await client.ReceiveAsync());

        await client.SendAsync([.. frame, 0]);
        Assert.Null(await client.ReceiveAsync());
    }

    [Fact]
    public async Task Large_requests_that_are_announced_and_do_not_come_hold_nobody_up()
    {
        var silent = new List<RawClient>();
        try
        {
            // The length alone, and with as much behind it as every request may have.
            foreach (var sent in (int[])[0, 0, 0, 0, FrameBudget.AlwaysFits, FrameBudget.AlwaysFits])
            {
                silent.Add(RawClient.Connect(broker.BootstrapServers));
                await silent[^1].SendRawAsync([.. Convert.FromHexString("000186A0"), .. new byte[sent]]);
            }
            await LetSettleAsync();
            using var client = RawClient.Connect(broker.BootstrapServers);
            var frame = new byte[MaxFrameBytes];
            Convert.FromHexString("00127FFF00000001").CopyTo(frame, 0);

            await client.SendAsync(frame);

            Assert.NotNull(await client.ReceiveAsync());
        }
        finally
        {
            silent.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task A_connection_at_the_limit_is_served_and_one_more_is_closed()
    {
        var clients = new List<RawClient>();
        try
        {
            while (broker.Connections < MaxConnections)
            {
                var before = broker.Connections;
                clients.Add(RawClient.Connect(broker.BootstrapServers));
                await Eventually.TrueAsync(() => broker.Connections > before);
            }
            await AskAsync(clients[^1]);

            using var oneMore = RawClient.Connect(broker.BootstrapServers);
            Assert.Null(await oneMore.ReceiveAsync());

            clients[0].Dispose();
            await Eventually.TrueAsync(() => broker.Connections < MaxConnections);
            using var next = RawClient.Connect(broker.BootstrapServers);
            await AskAsync(next);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task A_silent_connection_is_closed_after_the_idle_limit()
    {
        using var client = RawClient.Connect(broker.BootstrapServers);
        await AskAsync(client);
        await LetSettleAsync();
        clock.Advance(TimeSpan.FromMinutes(9));
        await AskAsync(client);
        await LetSettleAsync();

        clock.Advance(TimeSpan.FromMinutes(9));
        await AskAsync(witness);
        clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Null(await client.ReceiveAsync());
    }

    [Fact]
    public async Task Half_a_request_is_not_waited_for_as_long_as_silence()
    {
        using var client = RawClient.Connect(broker.BootstrapServers);
        await AskAsync(client);
        await client.SendRawAsync([0, 0, 1, 0, 0, 18]);
        await AskAsync(witness);

        // The half is there at some moment soon after; from then on one minute is too long. Time passes as fast as the broker gets to answer.
        await Eventually.SeeAsync(
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(5));
                await AskAsync(witness);
                return broker.Connections == 1 || clock.GetUtcNow().Minute >= 9;
            },
            over => over);
        Assert.True(clock.GetUtcNow().Minute < 9, "closed by the idle limit only");
        Assert.Null(await client.ReceiveAsync());
    }

    [Fact]
    public async Task Who_leaves_while_a_request_waits_for_its_answer_is_let_go()
    {
        using (var client = RawClient.Connect(broker.BootstrapServers))
        {
            await AskAsync(client);
            var fetch = new JsonObject
            {
                ["maxWaitMs"] = int.MaxValue, ["minBytes"] = 1, ["maxBytes"] = 1000,
                ["topics"] = new JsonArray(new JsonObject
                {
                    ["topic"] = SampleRequests.Topic,
                    ["partitions"] = new JsonArray(new JsonObject { ["partition"] = 0, ["currentLeaderEpoch"] = -1, ["partitionMaxBytes"] = 1000 }),
                }),
            };
            var body = SchemaEncoder.Encode(MessageSchema.Request((short)ApiKey.Fetch), 11, fetch);
            await client.SendAsync(RawClient.RequestFrame((short)ApiKey.Fetch, 11, body));
            await AskAsync(witness);
            Assert.Equal(2, broker.Connections);
        }

        await Eventually.SeeAsync(
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(5));
                await AskAsync(witness);
                return broker.Connections == 1;
            },
            over => over);
    }

    [Fact]
    public async Task Random_bytes_close_the_connection_and_nothing_else()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        for (var i = 0; i < 300; i++)
        {
            using var client = RawClient.Connect(broker.BootstrapServers);
            var bytes = new byte[random.Next(1, 400)];
            random.NextBytes(bytes);
            if (random.Next(2) == 0)
                await SendQuietlyAsync(client, () => client.SendAsync(bytes));
            else
                await SendQuietlyAsync(client, () => client.SendRawAsync(bytes));
        }
        await AssertServesAsync();
    }

    [Fact]
    public async Task Requests_cut_short_or_with_flipped_bits_close_the_connection_or_get_an_answer()
    {
        var random = new Random(Seed.Next(output.WriteLine));
        foreach (var key in Enum.GetValues<ApiKey>())
        {
            var schema = MessageSchema.Request((short)key);
            for (var round = 0; round < 50; round++)
            {
                var version = random.Next(17);
                var body = SchemaEncoder.Encode(schema, version, SampleRequests.For(key.ToString(), Guid.NewGuid()));
                using var client = RawClient.Connect(broker.BootstrapServers);
                await SendQuietlyAsync(client, () => client.SendAsync(RawClient.RequestFrame((short)key, version, body[..random.Next(body.Length
                    + 1)])));
                using var other = RawClient.Connect(broker.BootstrapServers);
                for (var flips = random.Next(1, 4); flips > 0 && body.Length > 0; flips--)
                    body[random.Next(body.Length)] ^= (byte)(1 << random.Next(8));
                await SendQuietlyAsync(other, () => other.SendAsync(RawClient.RequestFrame((short)key, version, body)));
            }
        }
        await AssertServesAsync();
    }

    [Fact]
    public async Task A_config_value_as_long_as_a_string_may_be_is_refused_in_few_words()
    {
        using var client = RawClient.Connect(broker.BootstrapServers);
        var answer = await client.AskAsync((short)ApiKey.AlterConfigs, 2, new JsonObject
        {
            ["resources"] = new JsonArray(new JsonObject
            {
                ["resourceType"] = 2, ["resourceName"] = SampleRequests.Topic,
                ["configs"] = new JsonArray(new JsonObject { ["name"] = "retention.ms", ["value"] = new string('9', short.MaxValue) }),
            }),
        });

        Assert.Equal((short)ErrorCode.InvalidConfig, answer["responses"]![0]!["errorCode"]!.GetValue<long>());
        Assert.InRange(answer["responses"]![0]!["errorMessage"]!.GetValue<string>().Length, 1, 1000);
    }

    /// <summary>The broker may close at any moment; what matters is that it goes on serving others.</summary>
    private async Task SendQuietlyAsync(RawClient client, Func<Task> send)
    {
        try
        {
            await send();
            client.FinishSending();
        }
        catch (IOException closed) when (closed.InnerException is SocketException)
        {
            output.WriteLine($"closed while sending: {closed.Message}");
        }
    }

    private async Task AssertServesAsync()
    {
        // Hundreds of connections that were just left count until the broker has seen them go.
        await Eventually.TrueAsync(() => broker.Connections <= 1);
        using var client = RawClient.Connect(broker.BootstrapServers);
        await AskAsync(client);
    }

    /// <summary>
    /// A connection begins to count silence a moment after its client has the answer, and nothing tells when. By the time that the broker has
    /// answered somebody else so often it has: the clock may move.
    /// </summary>
    private async Task LetSettleAsync()
    {
        for (var ask = 0; ask < 100; ask++)
            await AskAsync(witness);
    }

    private static async Task AskAsync(RawClient client) => await client.AskAsync((short)ApiKey.Metadata, 12, SampleRequests.For("Metadata",
        Guid.Empty));
}
