using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using StockPipeline.Contracts.Topics;
using StockPipeline.Contracts.Tracing;
using StockPipeline.Streaming.Groups;
using StockPipeline.Streaming.Tables;
using StockPipeline.StreamingTests.Support;
using StockPipeline.Testing;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.StreamingTests.Tracing;

/// <summary>A trace goes with a record through a topic: what is begun on one side of it is gone on with on the other.</summary>
[Collection(nameof(Traces))]
public sealed class TraceTests(Brokers brokers) : IClassFixture<Brokers>
{
    [Theory, MemberData(nameof(Brokers.Kinds), MemberType = typeof(Brokers))]
    public async Task What_is_sent_within_a_span_is_the_parent_of_what_table_readers_and_groups_do_with_it(KafkaKind kind)
    {
        using var traces = new Traces();
        await using var bench = await brokers.WorkbenchAsync(kind);
        var (first, second) = (await bench.TopicAsync(partitions: 1), await bench.TopicAsync(partitions: 1, CleanupPolicy.Delete));
        var client = bench.Client("copier");
        var next = client.WriteTo(second, bench.Codec);
        var log = new TableLog();
        var take = log.Take(first);
        var reader = client.ReadTables(TableAssignment.All, log, Table.Of<string>(first, bench.Codec, (partition, records) =>
        {
            take(partition, records);
            foreach (var record in records)
                next.Send(record.Key, record.Value, Workbench.Limit);
        }));
        var handled = new ConcurrentQueue<string>();
        var group = client.ProcessGroup(bench.Group("end"), second, bench.Codec, (record, _) =>
        {
            handled.Enqueue(record.Value);
            return ValueTask.CompletedTask;
        }, GroupOptions.Default);
        await using var reading = new Running(reader.RunAsync);
        await using var working = new Running(group.RunAsync);
        await Eventually.TrueAsync(() => reader.IsCaughtUp);

        string root;
        using (var span = PipelineTracing.Begin("begin", "test", 1)!)
        {
            root = span.TraceId.ToHexString();
            await client.WriteTo(first, bench.Codec).DeliverAsync("A", "1", Workbench.Limit);
        }
        await Eventually.TrueAsync(() => handled.Contains("1") && traces.Ended($"process {second.Name}") is not null);

        var (begun, copied, ended) = (traces.Ended("begin")!, traces.Ended($"process {first.Name}")!, traces.Ended($"process {second.Name}")!);
        Assert.Equal([root, root, root], new[] { begun, copied, ended }.Select(span => span.TraceId.ToHexString()));
        Assert.Equal(begun.SpanId, copied.ParentSpanId);
        Assert.Equal(copied.SpanId, ended.ParentSpanId);
        Assert.Equal("copier", copied.GetTagItem("messaging.client.id"));
    }

    [Fact]
    public async Task What_a_reader_finds_at_its_start_and_what_no_span_was_around_is_not_followed()
    {
        using var traces = new Traces();
        await using var bench = await brokers.WorkbenchAsync(KafkaKind.Embedded);
        var topic = await bench.TopicAsync(partitions: 1);
        var writer = bench.Client("writer").WriteTo(topic, bench.Codec);
        using (PipelineTracing.Begin("old", "test", 1))
            await writer.DeliverAsync("A", "old", Workbench.Limit);
        var log = new TableLog();
        var reader = bench.Client("reader").ReadTables(TableAssignment.All, log, log.Keep(topic, bench.Codec));

        await using var reading = new Running(reader.RunAsync);
        await Eventually.TrueAsync(() => reader.IsCaughtUp);
        await writer.DeliverAsync("B", "no span", Workbench.Limit);
        await Eventually.TrueAsync(() => log.Values(topic).Count == 2);
        var before = traces.Ended($"process {topic.Name}");
        using (PipelineTracing.Begin("new", "test", 1))
            await writer.DeliverAsync("C", "span", Workbench.Limit);
        await Eventually.TrueAsync(() => traces.Ended($"process {topic.Name}") is not null);

        Assert.Null(before);
        Assert.Equal(traces.Ended("new")!.SpanId, traces.Ended($"process {topic.Name}")!.ParentSpanId);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Only_what_is_sampled_leaves_a_header_and_what_is_not_costs_no_byte(bool isSampled)
    {
        using var traces = new Traces(isSampled ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.PropagationData);
        await using var bench = await brokers.WorkbenchAsync(KafkaKind.Embedded);
        var topic = await bench.TopicAsync(partitions: 1);

        string? id;
        using (var span = PipelineTracing.Begin("begin", "test", 1))
        {
            id = span!.Id;
            await bench.Client().WriteTo(topic, bench.Codec).DeliverAsync("A", "1", Workbench.Limit);
        }

        var headers = Assert.Single(await RawTopic.ReadAsync(bench, topic, 1)).Message.Headers;
        Assert.Equal(
            isSampled ? [$"traceparent={id}"] : [], headers.Select(header => $"{header.Key}={Encoding.ASCII.GetString(header.GetValueBytes())}"));
    }

    [Theory, InlineData("garbage"), InlineData("00-00000000000000000000000000000000-0000000000000000-01"), InlineData("")]
    public async Task A_header_that_names_no_trace_is_passed_over(string header)
    {
        using var traces = new Traces();
        await using var bench = await brokers.WorkbenchAsync(KafkaKind.Embedded);
        var topic = await bench.TopicAsync(partitions: 1);
        var log = new TableLog();
        var reader = bench.Client("reader").ReadTables(TableAssignment.All, log, log.Keep(topic, bench.Codec));
        await using var reading = new Running(reader.RunAsync);
        await Eventually.TrueAsync(() => reader.IsCaughtUp);

        using var producer = new ProducerBuilder<string, string>(
            new ProducerConfig { BootstrapServers = bench.Connection.BootstrapServers }).Build();
        await producer.ProduceAsync(new TopicPartition(topic.Name, 0), new Message<string, string>
        {
            Key = "A", Value = "1", Headers = [new Header("traceparent", Encoding.ASCII.GetBytes(header))],
        });
        await Eventually.TrueAsync(() => log.Values(topic).Count == 1);

        Assert.False(reading.Ended.IsCompleted);
        Assert.Null(traces.Ended($"process {topic.Name}"));
    }
}

/// <summary>Listens to all spans, as an exporter does. There is one source in a process, so that its tests follow each other.</summary>
[CollectionDefinition(nameof(Traces))]
public sealed class Traces : IDisposable
{
    private readonly ConcurrentQueue<Activity> ended = new();
    private readonly ActivityListener listener;

    public Traces() : this(ActivitySamplingResult.AllDataAndRecorded)
    {
    }

    public Traces(ActivitySamplingResult sampling)
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == PipelineTracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => sampling,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
    }

    public Activity? Ended(string name) => ended.FirstOrDefault(span => span.OperationName == name);

    public void Dispose() => listener.Dispose();
}
