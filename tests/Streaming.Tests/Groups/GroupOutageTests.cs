using System.Collections.Concurrent;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Groups;
using StockPipeline.Streaming.Producing;
using StockPipeline.Streaming.Tables;
using StockPipeline.StreamingTests.Support;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.StreamingTests.Groups;

/// <summary>Group processors and shared tables whose broker goes away and may come back.</summary>
public sealed class GroupOutageTests
{
    /// <summary>The client gives its goodbye to the group five seconds; the rest is for a busy machine.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    /// <summary>Enough for both to end by themselves.</summary>
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(20);

    private readonly ConcurrentQueue<string> handled = new();

    [Fact]
    public async Task A_processor_goes_on_where_it_was_when_its_broker_returns()
    {
        await using var broker = await EmbeddedKafka.StartAsync();
        await using var bench = new Workbench(broker);
        var topic = await bench.TopicAsync(partitions: 2, CleanupPolicy.Delete);
        await bench.FillAsync(topic, ("A", "1"), ("B", "2"));
        await using var running = new Running(Processor(bench, bench.Client(), topic).RunAsync);
        await Eventually.TrueAsync(() => handled.Count == 2);

        await broker.AbandonAsync();
        await Eventually.TrueAsync(() => bench.Metrics.Of("error connection") > 0);
        await broker.ComeBackAsync();
        await bench.FillAsync(topic, ("A", "3"), ("B", "4"));
        await Eventually.TrueAsync(() => handled.Contains("3") && handled.Contains("4"));

        Assert.False(running.Ended.IsCompleted);
        Assert.Equal(["1", "2", "3", "4"], handled.Distinct().Order());
    }

    [Fact]
    public async Task Stopping_is_bounded_while_the_broker_is_away()
    {
        await using var broker = await EmbeddedKafka.StartAsync();
        await using var bench = new Workbench(broker);
        var topic = await bench.TopicAsync(partitions: 2, CleanupPolicy.Delete);
        await bench.FillAsync(topic, ("A", "1"));
        var log = new TableLog();
        var (one, other) = (bench.Client(), bench.Client());
        var options = TableReaderOptions.Default with { StopTimeout = Goodbye };
        var reader = one.ReadTables(TableAssignment.Group("readers"), log, options, log.Keep(topic, bench.Codec));
        await using var processing = new Running(Processor(bench, other, topic).RunAsync);
        await using var reading = new Running(reader.RunAsync);
        await Eventually.TrueAsync(() => handled.Count == 1 && reader.IsCaughtUp);

        await broker.AbandonAsync();
        await Eventually.TrueAsync(() => one.Watch.IsDown && other.Watch.IsDown);
        var stopping = Task.WhenAll(processing.StopAsync(), reading.StopAsync());

        await stopping.WaitAsync(Bound);
        Assert.True(log.Saw("revoked 0") && log.Saw("revoked 1"));
    }

    [Fact]
    public async Task A_stop_while_the_broker_is_away_is_a_clean_one_though_what_was_written_cannot_be_flushed()
    {
        await using var broker = await EmbeddedKafka.StartAsync();
        await using var bench = new Workbench(broker);
        var topic = await bench.TopicAsync(partitions: 2);
        var client = bench.Client(options: ProducerOptions.Default with { StopTimeout = TimeSpan.FromMilliseconds(100) });
        var log = new TableLog { OnRevoked = client.FlushAsync };
        var reader = client.ReadTables(TableAssignment.All, log, log.Keep(topic, bench.Codec));
        var reading = new Running(reader.RunAsync);
        await Eventually.TrueAsync(() => reader.IsCaughtUp);

        await broker.AbandonAsync();
        await Eventually.TrueAsync(() => client.Watch.IsDown);
        client.WriteTo(topic, bench.Codec).Send("A", "1", Workbench.Limit);
        await reading.StopAsync();

        Assert.True(log.Saw("revoked 0") && log.Saw("revoked 1"));
    }

    private GroupProcessor<string> Processor(Workbench bench, KafkaClient client, TopicDeclaration topic) => client.ProcessGroup<string>(
        "workers",
        topic,
        bench.Codec,
        (record, _) =>
        {
            handled.Enqueue(record.Value);
            return ValueTask.CompletedTask;
        },
        new GroupOptions { CommitInterval = TimeSpan.FromMilliseconds(50), SessionTimeout = TimeSpan.FromSeconds(6), StopTimeout = Goodbye });
}
