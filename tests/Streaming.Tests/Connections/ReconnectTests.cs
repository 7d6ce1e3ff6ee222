using System.Text.Json;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StockPipeline.Streaming.Connections;
using StockPipeline.StreamingTests.Support;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.StreamingTests.Connections;

/// <summary>How often clients call for a Kafka that is away: on a small machine it is they who decide whether it gets to start again.</summary>
public sealed class ReconnectTests
{
    /// <summary>How long the question stays open.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan CountEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>Pauses begin at 100 ms and double: two connections are tried some ten times. Without pauses it is thousands of times.</summary>
    private const int Bearable = 30;

    private int calls;

    [Fact]
    public async Task A_client_with_an_open_question_pauses_between_its_calls_for_a_broker_that_is_away()
    {
        await using var broker = await EmbeddedKafka.StartAsync();
        await using var bench = new Workbench(broker);
        var topics = TopicCollection.OfTopicNames([(await bench.TopicAsync()).Name]);
        var settings = ClientSettings.Client(bench.Connection, "asks");
        settings.StatisticsIntervalMs = (int)CountEvery.TotalMilliseconds;
        using var client = new AdminClientBuilder(settings).SetStatisticsHandler((_, statistics) => Count(statistics)).Build();
        var ask = new DescribeTopicsOptions { RequestTimeout = Patience };
        await client.DescribeTopicsAsync(topics, ask);

        await broker.AbandonAsync();
        // The first may be on its way when the connection breaks, and fails at once.
        await Eventually.SeeAsync(
            async () => (await Assert.ThrowsAnyAsync<KafkaException>(() => client.DescribeTopicsAsync(topics, ask))).Error.Code,
            code => code == ErrorCode.Local_TimedOut);

        Assert.InRange(Volatile.Read(ref calls), 3, Bearable);
    }

    private void Count(string statistics)
    {
        using var read = JsonDocument.Parse(statistics);
        var brokers = read.RootElement.GetProperty("brokers").EnumerateObject();
        Volatile.Write(ref calls, brokers.Sum(one => one.Value.GetProperty("connects").GetInt32()));
    }
}
