using Confluent.Kafka;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.Bench.Broker;

/// <summary>How long a record takes from its producer to a consumer at the pace of a busy market, both in this process.</summary>
internal sealed class Pace(IKafkaBroker broker, string topic, int partitions)
{
    private const int PerSecond = 1_000;

    /// <summary>Until then connections are made and code is compiled, on both sides.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(16);

    private ClientConfig Client => new() { BootstrapServers = broker.BootstrapServers, SocketNagleDisable = true };

    public async Task<(TimeSpan Median, TimeSpan High)> RunAsync()
    {
        using var stop = new CancellationTokenSource();
        var started = TimeProvider.System.GetTimestamp();
        var receiving = Task.Factory.StartNew(
            () => Receive(started, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await SendAsync(started);
        await stop.CancelAsync();
        var seen = await receiving;
        seen.Sort();
        return (seen[seen.Count / 2], seen[seen.Count * 99 / 100]);
    }

    private async Task SendAsync(long started)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig(Client)
        {
            Acks = Acks.All, EnableIdempotence = true, LingerMs = 0,
        }).Build();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        for (var sent = 0; await pace.WaitForNextTickAsync();)
        {
            var elapsed = TimeProvider.System.GetElapsedTime(started);
            for (; sent < elapsed.TotalSeconds * PerSecond; sent++)
            {
                var value = new byte[Flood.RecordBytes];
                BitConverter.TryWriteBytes(value, TimeProvider.System.GetTimestamp());
                producer.Produce(new TopicPartition(topic, sent % partitions), new Message<Null, byte[]> { Value = value });
            }
            if (elapsed > Duration)
                break;
        }
        producer.Flush(CancellationToken.None);
    }

    private List<TimeSpan> Receive(long started, CancellationToken stop)
    {
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig(Client) { GroupId = "unused", EnableAutoCommit = false }).Build();
        consumer.Assign(Enumerable.Range(0, partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        var seen = new List<TimeSpan>();
        while (!stop.IsCancellationRequested)
        {
            if (consumer.Consume(TimeSpan.FromMilliseconds(100)) is not { } record)
                continue;
            var sent = BitConverter.ToInt64(record.Message.Value);
            if (TimeProvider.System.GetElapsedTime(started, sent) > WarmUp)
                seen.Add(TimeProvider.System.GetElapsedTime(sent));
        }
        return seen;
    }
}
