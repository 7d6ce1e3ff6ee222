using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Producing;
using StockPipeline.Streaming.Tables;
using StockPipeline.StreamingTests.Support;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.StreamingTests.Producing;

public sealed class TopicWriterTests(Brokers brokers) : IClassFixture<Brokers>
{
    /// <summary>A port nobody listens on.</summary>
    private const string Nowhere = "127.0.0.1:1";

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task Delivered_records_stand_in_the_partition_of_their_figi(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(partitions: 5);
        var writer = bench.Client().WriteTo(topic, bench.Codec);

        await writer.DeliverAsync("FIGI1/a", "1", Workbench.Limit);
        await writer.DeliverAsync("FIGI1/b", "2", Workbench.Limit);
        await writer.DeliverAsync("FIGI2/a", null, Workbench.Limit);

        var records = await RawTopic.ReadAsync(bench, topic, 3);
        var (one, two) = (RawTopic.PartitionOf("FIGI1", 5), RawTopic.PartitionOf("FIGI2", 5));
        Assert.Equal(
            [$"FIGI1/a=1 in {one}", $"FIGI1/b=2 in {one}", $"FIGI2/a= in {two}"],
            records.Select(record => $"{record.Message.Key}={record.Message.Value} in {record.Partition.Value}").Order());
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_flush_waits_for_everything_sent_before_it(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(partitions: 3);
        var client = bench.Client();
        var writer = client.WriteTo(topic, bench.Codec);

        for (var number = 0; number < 5_000; number++)
            await writer.SendAsync($"K{number}", "1", Workbench.Limit);
        await client.FlushAsync(Workbench.Limit);

        Assert.Equal(5_000, bench.Metrics.Of($"produced {topic.Name}"));
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_refused_record_fails_who_awaits_it_and_nobody_else(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(partitions: 1);
        var client = bench.Client();
        var writer = client.WriteTo(topic, bench.Codec);

        await Assert.ThrowsAsync<DeliveryFailedException>(() => writer.DeliverAsync("A", new string('x', 2_000_000), Workbench.Limit));
        await writer.DeliverAsync("A", "small", Workbench.Limit);

        await client.FlushAsync(Workbench.Limit);
        Assert.False(client.Failure.IsCompleted);
        Assert.Equal(0, client.Producer.InFlight);
    }

    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task A_lost_record_that_nobody_awaits_fails_the_client_and_its_loops(KafkaKind kind)
    {
        await using var bench = await brokers.WorkbenchAsync(kind);
        var topic = await bench.TopicAsync(partitions: 1);
        var client = bench.Client();
        var log = new TableLog();
        var reader = client.ReadTables(TableAssignment.All, log, log.Keep(topic, bench.Codec));
        await using var running = new Running(reader.RunAsync);
        await Eventually.TrueAsync(() => reader.IsCaughtUp);

        // The topic has one partition; the key belongs into another of the declared ones, where nobody can put it.
        var writer = client.WriteTo(topic with { Partitions = 2 }, bench.Codec);
        var key = "ABCDEFGH".Select(letter => $"{letter}").First(letter => RawTopic.PartitionOf(letter, 2) == 1);
        await writer.SendAsync(key, "lost", Workbench.Limit);

        await Assert.ThrowsAsync<DeliveryFailedException>(() => client.Failure.WaitAsync(Eventually.Patience));
        await Assert.ThrowsAsync<DeliveryFailedException>(() => running.Ended.WaitAsync(Eventually.Patience));
        await Assert.ThrowsAsync<DeliveryFailedException>(() => client.FlushAsync(Workbench.Limit));
        Assert.Throws<DeliveryFailedException>(() => writer.Send("A", "1", Workbench.Limit));
    }

    [Fact]
    public async Task Sending_waits_for_memory_without_holding_a_thread()
    {
        await using var broker = await EmbeddedKafka.StartAsync();
        await using var bench = new Workbench(broker);
        var topic = await bench.TopicAsync(create: false);
        var options = new ProducerOptions { MaxInFlightKilobytes = 1_024, StopTimeout = TimeSpan.FromMilliseconds(100) };
        var writer = bench.Client(options: options, bootstrap: Nowhere).WriteTo(topic, bench.Codec);
        using var stop = new CancellationTokenSource();

        // A call that held its thread until there is memory would never return: there is none before the stop.
        var waiting = await Task.Run(() =>
        {
            var sending = Task.CompletedTask;
            while (sending.IsCompleted)
                sending = writer.SendAsync("A", new string('x', 100_000), stop.Token).AsTask();
            return new[] { sending, writer.DeliverAsync("A", new string('x', 100_000), stop.Token) };
        }).WaitAsync(Eventually.Patience, TimeProvider.System);
        await stop.CancelAsync();

        foreach (var sending in waiting)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task The_limit_of_records_on_their_way_lets_that_many_in_and_holds_the_next()
    {
        await using var broker = await EmbeddedKafka.StartAsync();
        await using var bench = new Workbench(broker);
        var topic = await bench.TopicAsync(create: false);
        var options = new ProducerOptions { MaxInFlight = 3, StopTimeout = TimeSpan.FromMilliseconds(100) };
        var writer = bench.Client(options: options, bootstrap: Nowhere).WriteTo(topic, bench.Codec);
        using var stop = new CancellationTokenSource();

        for (var number = 0; number < 3; number++)
            await writer.SendAsync("A", "1", stop.Token).AsTask().WaitAsync(Eventually.Patience);
        var fourth = writer.SendAsync("A", "1", stop.Token).AsTask();
        var blocked = Task.Run(() => writer.Send("A", "1", stop.Token));

        Assert.False(fourth.IsCompleted);
        Assert.False(blocked.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fourth);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => blocked);
    }

    [Fact]
    public async Task Memory_for_records_on_their_way_is_limited_too()
    {
        await using var broker = await EmbeddedKafka.StartAsync();
        await using var bench = new Workbench(broker);
        var topic = await bench.TopicAsync(create: false);
        var options = new ProducerOptions { MaxInFlightKilobytes = 1_024, StopTimeout = TimeSpan.FromMilliseconds(100) };
        var client = bench.Client(options: options, bootstrap: Nowhere);
        var writer = client.WriteTo(topic, bench.Codec);
        using var stop = new CancellationTokenSource();

        var filling = Task.Run(() =>
        {
            while (true)
                writer.Send("A", new string('x', 100_000), stop.Token);
        });
        await Eventually.TrueAsync(() => client.Producer.InFlight >= 10);
        Assert.InRange(client.Producer.InFlight, 10, 12);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => filling);
    }

    [Fact]
    public async Task Whoever_sends_on_while_the_client_ends_is_refused_and_nothing_worse()
    {
        await using var broker = await EmbeddedKafka.StartAsync();
        await using var bench = new Workbench(broker);
        var topic = await bench.TopicAsync();
        var client = bench.Client();
        var writer = client.WriteTo(topic, bench.Codec);
        await writer.DeliverAsync("A", "1", default);
        var senders = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            while (true)
                writer.Send("A", "2", default);
        })).ToList();

        await client.DisposeAsync();

        foreach (var sender in senders)
            await Assert.ThrowsAsync<ObjectDisposedException>(() => sender.WaitAsync(Eventually.Patience));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => writer.DeliverAsync("A", "3", default));
    }

    [Fact]
    public async Task Stopping_is_bounded_while_no_broker_can_be_reached()
    {
        await using var broker = await EmbeddedKafka.StartAsync();
        await using var bench = new Workbench(broker);
        var topic = await bench.TopicAsync(create: false);
        var client = bench.Client(options: new ProducerOptions { StopTimeout = TimeSpan.FromMilliseconds(200) }, bootstrap: Nowhere);
        await client.WriteTo(topic, bench.Codec).SendAsync("A", "1", Workbench.Limit);

        await client.DisposeAsync().AsTask().WaitAsync(Eventually.Patience);

        Assert.Equal(1, bench.Metrics.Of("error delivery"));
    }

    [Fact]
    public async Task An_outage_is_waited_out_and_loses_nothing()
    {
        await using var broker = await EmbeddedKafka.StartAsync();
        await using var bench = new Workbench(broker);
        var topic = await bench.TopicAsync(partitions: 1, CleanupPolicy.Delete);
        var writer = bench.Client().WriteTo(topic, bench.Codec);
        await writer.DeliverAsync("A", "before", Workbench.Limit);

        await broker.AbandonAsync();
        var during = writer.DeliverAsync("A", "during", Workbench.Limit);
        await Eventually.TrueAsync(() => bench.Metrics.Of("error connection") > 0);
        Assert.False(during.IsCompleted);
        await broker.ComeBackAsync();
        await during;
        await writer.DeliverAsync("A", "after", Workbench.Limit);

        Assert.Equal(["before", "during", "after"], (await RawTopic.ReadAsync(bench, topic, 3)).Select(record => record.Message.Value));
    }
}
