using System.Collections.Concurrent;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Groups;
using StockPipeline.Streaming.Tables;
using StockPipeline.StreamingTests.Support;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.StreamingTests.Connections;

/// <summary>
/// Topics created anew under the old name on a Kafka that was restarted before. The client counts the leaders of a partition, which begin anew
/// with the topic, and takes those of the new topic for outdated.
/// </summary>
public sealed class RecreatedTopicTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_topic_created_anew_is_read_again_on_a_Kafka_that_was_restarted(KafkaKind kind)
    {
        await using IKafkaBroker broker = kind == KafkaKind.Embedded ? await EmbeddedKafka.StartAsync() : await ApacheKafka.StartAsync();
        await using var bench = new Workbench(broker);
        var topic = await bench.TopicAsync(partitions: 2);
        await bench.FillAsync(topic, ("A", "1"), ("B", "2"));
        var log = new TableLog();
        var handled = new ConcurrentQueue<string>();
        var reader = bench.Client().ReadTables(
            TableAssignment.All, log, TableReaderOptions.Default with { IdentityInterval = Soon }, log.Keep(topic, bench.Codec));
        await using var reading = new Running(reader.RunAsync);
        await using var processing = new Running(Processor(bench, topic, handled).RunAsync);
        await Eventually.TrueAsync(() => log.Values(topic).Count == 2 && handled.Count == 2);

        await RestartAsync(broker);
        await bench.FillAsync(topic, ("A", "3"), ("B", "4"));
        await Eventually.TrueAsync(() => handled.Contains("3") && handled.Contains("4") && log.Values(topic).ContainsValue("4"));
        await bench.ProvisionAsync(topic);
        await bench.FillAsync(topic, ("C", "5"));

        await Eventually.TrueAsync(() => handled.Contains("5") && log.Values(topic).ContainsValue("5"));
        Assert.Equal(new Dictionary<string, string> { ["C"] = "5" }, log.Values(topic));
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_group_is_set_back_to_the_beginning_of_a_topic_created_anew_before_anything_of_it_is_done(KafkaKind kind)
    {
        await using IKafkaBroker broker = kind == KafkaKind.Embedded ? await EmbeddedKafka.StartAsync() : await ApacheKafka.StartAsync();
        await using var bench = new Workbench(broker);
        var topic = await bench.TopicAsync(partitions: 1);
        await bench.FillAsync(topic, ("A", "1"), ("B", "2"));
        var seen = new ConcurrentQueue<string>();
        var processor = bench.Client().ProcessGroup<string>(
            bench.Group("workers"), topic, bench.Codec,
            async (record, taken) =>
            {
                seen.Enqueue(record.Value);
                if (record.Value == "new")
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, taken);
            },
            new GroupOptions { IdentityInterval = Soon, StopTimeout = Soon });
        await using var processing = new Running(processor.RunAsync);
        await Eventually.TrueAsync(() => seen.Count == 2);

        await bench.ProvisionAsync(topic);
        await bench.FillAsync(topic, ("C", "new"), ("D", "next"), ("E", "last"));
        await Eventually.TrueAsync(() => seen.Contains("new"));

        // What the one who read the old topic committed when it left would be passed over by whoever came now.
        await Eventually.SeeAsync(() => RawTopic.Committed(bench, bench.Group("workers"), topic), committed => committed == 0);
    }

    private static async Task RestartAsync(IKafkaBroker broker)
    {
        if (broker is ApacheKafka apache)
        {
            await apache.RestartAsync();
            return;
        }
        var embedded = (EmbeddedKafka)broker;
        await embedded.AbandonAsync();
        await embedded.ComeBackAsync();
    }

    private static GroupProcessor<string> Processor(Workbench bench, TopicDeclaration topic, ConcurrentQueue<string> handled) =>
        bench.Client().ProcessGroup<string>(
            bench.Group("workers"),
            topic,
            bench.Codec,
            (record, _) =>
            {
                handled.Enqueue(record.Value);
                return ValueTask.CompletedTask;
            },
            new GroupOptions { IdentityInterval = Soon });
}
