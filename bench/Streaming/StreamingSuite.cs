using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Bench.Broker;
using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming;
using StockPipeline.Streaming.Groups;
using StockPipeline.Streaming.Metrics;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.Bench.Streaming;

/// <summary>Group processor and table reader beside the bare client on the same topic of the same broker.</summary>
internal sealed class StreamingSuite : ISuite
{
    private const int Records = 500_000;
    private const int Rounds = 5;
    private const int ValueBytes = 110;
    private const int Instruments = 250;

    private readonly RawBytes raw = new();

    public string Name => "streaming";

    public async Task RunAsync(Report report)
    {
        await using var broker = await BrokerProcess.StartAsync();
        var connection = new KafkaConnection { BootstrapServers = broker.BootstrapServers };
        await using var kafka = new KafkaClient(connection, "bench", NullLoggerFactory.Instance, NoMetrics.Instance, TimeProvider.System);
        var (source, target) = (Topic("source"), Topic("target"));
        var provisioner = new TopicProvisioner(connection, NullLogger<TopicProvisioner>.Instance, TimeProvider.System);
        await provisioner.ProvisionAsync([source, target], recreate: true, CancellationToken.None);
        await FillAsync(kafka, source);

        var consume = await RaceAsync(() => Task.Run(() => Bare(broker, source, copyTo: null)), () => ProcessAsync(kafka, source));
        report.Add("consume, bare client", consume.Bare, "records/s");
        report.Add("consume, group processor, beside it", consume.Ours, "records/s", consume.Bare, Bar.AtLeast(0.8));

        var read = await RaceAsync(() => Task.Run(() => Bare(broker, source, copyTo: null)), () => ReadAsync(kafka, source, copyTo: null));
        report.Add("read, table reader, beside the bare client", read.Ours, "records/s", read.Bare, Bar.AtLeast(0.8));

        var copy = await RaceAsync(() => Task.Run(() => Bare(broker, source, target)), () => ReadAsync(kafka, source, target));
        report.Add("consume and produce, bare client", copy.Bare, "records/s");
        report.Add("table reader and writer, beside it", copy.Ours, "records/s", copy.Bare, Bar.AtLeast(0.8));

        var latency = await new LatencyProbe(kafka, Topic("latency"), provisioner).RunAsync();
        report.Add("sent to handled at 1,000/s, median", latency.Median.TotalMilliseconds, "ms");
        report.Add("sent to handled at 1,000/s, 99 %", latency.High.TotalMilliseconds, "ms", Bar.AtMost(5));
    }

    private static TopicDeclaration Topic(string name) => new()
    {
        Name = name,
        Partitions = PipelineTopics.SeriesPartitions,
        Policy = CleanupPolicy.Delete,
        Key = "FIGI/number",
        Records = [typeof(byte[])],
    };

    /// <summary>In turn, so that whatever else the machine does meets both alike; medians.</summary>
    private static async Task<(double Bare, double Ours)> RaceAsync(Func<Task<double>> bare, Func<Task<double>> ours)
    {
        var (bares, oursRates) = (new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            var (one, other) = (await bare(), await ours());
            // The first round is for the compiler.
            if (round == 0)
                continue;
            bares.Add(one);
            oursRates.Add(other);
        }
        return (bares.Order().ElementAt(Rounds / 2), oursRates.Order().ElementAt(Rounds / 2));
    }

    private async Task FillAsync(KafkaClient kafka, TopicDeclaration topic)
    {
        var writer = kafka.WriteTo(topic, raw);
        var value = new byte[ValueBytes];
        for (var number = 0; number < Records; number++)
            await writer.SendAsync($"BBG{number % Instruments:D9}/2026-11-20T07:{number % 60:D2}:00Z", value, CancellationToken.None);
        await kafka.FlushAsync(CancellationToken.None);
    }

    /// <summary>The shortest loop one can write: consume, and where asked for, produce the same again.</summary>
    /// <returns>Records per second from the first one on: joining and connecting are left out, here and below.</returns>
    private static double Bare(BrokerProcess broker, TopicDeclaration topic, TopicDeclaration? copyTo)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = broker.BootstrapServers,
            GroupId = $"bare-{Guid.NewGuid()}",
            AutoOffsetReset = AutoOffsetReset.Earliest,
            // With the default of a second the bare loop idles most of the time, and the race would be too easy.
            FetchQueueBackoffMs = 5,
        }).Build();
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = broker.BootstrapServers, EnableIdempotence = true, Acks = Acks.All, QueueBufferingMaxMessages = 2 * Records,
        }).Build();
        consumer.Subscribe(topic.Name);
        var started = 0L;
        for (var seen = 0; seen < Records; seen++)
        {
            var record = consumer.Consume(CancellationToken.None);
            if (seen == 0)
                started = TimeProvider.System.GetTimestamp();
            if (copyTo is not null)
                producer.Produce(new TopicPartition(copyTo.Name, record.Partition), record.Message, static _ => { });
        }
        if (copyTo is not null)
            producer.Flush(CancellationToken.None);
        return Rate(started);
    }

    private async Task<double> ProcessAsync(KafkaClient kafka, TopicDeclaration topic)
    {
        var (seen, started) = (0, 0L);
        var over = new TaskCompletionSource<double>(TaskCreationOptions.RunContinuationsAsynchronously);
        ValueTask Handle(GroupRecord<byte[]> record, CancellationToken taken)
        {
            var count = Interlocked.Increment(ref seen);
            if (count == 1)
                started = TimeProvider.System.GetTimestamp();
            if (count == Records)
                over.SetResult(Rate(started));
            return ValueTask.CompletedTask;
        }
        using var stop = new CancellationTokenSource();
        var running = kafka.ProcessGroup<byte[]>($"ours-{Guid.NewGuid()}", topic, raw, Handle, GroupOptions.Default).RunAsync(stop.Token);
        return await EndAsync(running, over.Task, stop);
    }

    private async Task<double> ReadAsync(KafkaClient kafka, TopicDeclaration topic, TopicDeclaration? copyTo)
    {
        var (seen, started) = (0, 0L);
        var over = new TaskCompletionSource<double>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = new CancellationTokenSource();
        var writer = copyTo is null ? null : kafka.WriteTo(copyTo, raw);
        void Handle(int partition, ReadOnlySpan<TableRecord<byte[]>> records)
        {
            if (seen == 0)
                started = TimeProvider.System.GetTimestamp();
            seen += records.Length;
            foreach (var record in writer is null ? [] : records)
                writer!.Send(record.Key, record.Value, stop.Token);
            if (seen < Records)
                return;
            kafka.FlushAsync(stop.Token).GetAwaiter().GetResult();
            over.SetResult(Rate(started));
        }
        var table = Table.Of<byte[]>(topic, raw, Handle);
        var running = kafka.ReadTables(TableAssignment.All, new NoHandler(), table).RunAsync(stop.Token);
        return await EndAsync(running, over.Task, stop);
    }

    /// <summary>A loop that fails must end the bench, not hang it.</summary>
    private static async Task<double> EndAsync(Task running, Task<double> over, CancellationTokenSource stop)
    {
        await await Task.WhenAny(running, over);
        await stop.CancelAsync();
        await running;
        return await over;
    }

    private static double Rate(long started) => Records / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
}
