using System.Buffers;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Metrics;
using StockPipeline.Streaming.Producing;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Streaming.Tables;
using StockPipeline.Streaming;

namespace StockPipeline.SchemaRegistryServer.Storage;

/// <summary>
/// The log as one compacted partition of Kafka. What counts is what is read back, also for our own entries: so the order is the log's, and
/// an entry of whoever else writes there is seen too.
/// </summary>
public sealed class KafkaSchemaLog : ISchemaLog, ITableHandler
{
    private static readonly TimeSpan DeliveryTimeout = TimeSpan.FromSeconds(15);

    /// <summary>From the acknowledgement of an entry to its being read back.</summary>
    private static readonly TimeSpan ReadBackTimeout = TimeSpan.FromSeconds(15);

    private readonly KafkaConnection connection;
    private readonly TopicDeclaration topic;
    private readonly ILoggerFactory loggers;
    private readonly TimeProvider clock;
    private readonly KafkaClient kafka;
    private readonly TopicWriter<byte[]> writer;
    private readonly CancellationTokenSource ending = new();
    private readonly TaskCompletionSource caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private ISchemaLogReader? reader;
    private Awaited? awaited;

    /// <param name="connection">Where Kafka is.</param>
    /// <param name="topic">Of one partition; made where it is not there.</param>
    /// <param name="loggers">For the Kafka clients.</param>
    /// <param name="metrics">For the Kafka clients.</param>
    /// <param name="clock">For time-outs.</param>
    public KafkaSchemaLog(KafkaConnection connection, string topic, ILoggerFactory loggers, IStreamingMetrics metrics, TimeProvider clock)
    {
        this.connection = connection;
        this.loggers = loggers;
        this.clock = clock;
        this.topic = new TopicDeclaration
        {
            Name = topic, Partitions = 1, Policy = CleanupPolicy.Compact, Key = "JSON, as Confluent's registry writes it", Records = [],
        };
        kafka = new KafkaClient(connection, "schema-registry", loggers, metrics, clock)
        {
            ProducerOptions = ProducerOptions.Default with { DeliveryTimeout = DeliveryTimeout },
        };
        writer = kafka.WriteTo(this.topic, RawBytes.Instance);
    }

    public Task Ended { get; private set; } = Task.CompletedTask;

    public async Task StartAsync(ISchemaLogReader reader, CancellationToken stop)
    {
        this.reader = reader;
        await new TopicProvisioner(connection, loggers.CreateLogger<TopicProvisioner>(), clock).ProvisionAsync([topic], recreate: false, stop);
        Ended = kafka.ReadTables(TableAssignment.All, this, Table.Of(topic, RawBytes.Instance, Apply)).RunAsync(ending.Token);
        var first = await Task.WhenAny(caughtUp.Task, Ended).WaitAsync(stop);
        await first;
        if (!caughtUp.Task.IsCompleted)
            throw new SchemaLogException($"Reading {topic.Name} ended before its end was reached.");
    }

    public async Task AppendAsync(string key, byte[]? value, CancellationToken stop)
    {
        var entry = new Awaited(key, value);
        lock (gate)
            awaited = entry;
        try
        {
            await writer.DeliverAsync(key, value, stop);
            await entry.Seen.Task.WaitAsync(ReadBackTimeout, clock, stop);
        }
        catch (DeliveryFailedException error)
        {
            throw new SchemaLogException($"Kafka did not take an entry of {topic.Name}: {error.Message}", error);
        }
        catch (TimeoutException error)
        {
            throw new SchemaLogException($"An entry of {topic.Name} was not read back within {ReadBackTimeout.TotalSeconds} s.", error);
        }
        finally
        {
            lock (gate)
                awaited = null;
        }
    }

    void ITableHandler.OnAssigned(int partition) => reader!.Reset();

    void ITableHandler.OnAllCaughtUp() => caughtUp.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await kafka.DisposeAsync();
        ending.Dispose();
    }

    private void Apply(int partition, ReadOnlySpan<TableRecord<byte[]>> records)
    {
        foreach (var record in records)
        {
            var key = record.Key;
            reader!.Apply(key, record.Value);
            lock (gate)
            {
                if (awaited is { } entry && entry.IsThis(key, record.Value))
                    entry.Seen.TrySetResult();
            }
        }
    }

    private sealed class Awaited(string key, byte[]? value)
    {
        public TaskCompletionSource Seen { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsThis(string otherKey, byte[]? otherValue) =>
            key == otherKey && (value is null ? otherValue is null : otherValue is not null && value.AsSpan().SequenceEqual(otherValue));
    }
}

/// <summary>Values as they are: what they mean, the catalogue knows.</summary>
internal sealed class RawBytes : IRecordEncoder<byte[]>, IRecordDecoder<byte[]>
{
    public static readonly RawBytes Instance = new();

    public void Encode(byte[] record, IBufferWriter<byte> output) => output.Write(record);

    public byte[] Decode(ReadOnlySpan<byte> bytes) => bytes.ToArray();
}
