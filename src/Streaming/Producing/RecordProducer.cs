using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StockPipeline.Contracts.Connections;
using StockPipeline.Streaming.Connections;
using StockPipeline.Streaming.Metrics;
using StockPipeline.Streaming.Tracing;

namespace StockPipeline.Streaming.Producing;

/// <summary>
/// The one producer of a client: idempotent, acknowledged by all, bounded. A record that nobody awaits and that fails ends the whole
/// client, because its sender has gone on in the belief that it was sent. Safe from any thread.
/// </summary>
internal sealed class RecordProducer : IProducerEvents, IAsyncDisposable
{
    /// <summary>How long a caller rests when the memory, and not the number of records, is at its limit.</summary>
    private static readonly TimeSpan MemoryPause = TimeSpan.FromMilliseconds(2);

    /// <summary>How long a caller rests while the topic is not there; the client looks for topics by itself.</summary>
    private static readonly TimeSpan GonePause = TimeSpan.FromMilliseconds(250);

    private readonly string name;
    private readonly ProducerOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly IStreamingMetrics metrics;
    private readonly Action<Exception> fail;
    private readonly BrokerConnectionMonitor watch;
    private readonly NativeProducer client;
    private readonly InFlightLimit room;
    private readonly Lock flushing = new();
    // Topics whose absence was said; as many as the service writes at most.
    private readonly ConcurrentDictionary<string, byte> gone = new();
    private DeliveryRound round;
    private Task earlier = Task.CompletedTask;

    /// <param name="name">What logs and brokers call it.</param>
    /// <param name="connection">Where Kafka is.</param>
    /// <param name="options">The limits.</param>
    /// <param name="clock">Measures the pauses and the bounded stop.</param>
    /// <param name="log">Told of outages.</param>
    /// <param name="metrics">Told of each acknowledged record and of each failure.</param>
    /// <param name="watch">Told of errors of the connection, and of signs of life.</param>
    /// <param name="fail">Told when nothing more can be sent, or when a record that nobody awaits was lost.</param>
    public RecordProducer(
        string name,
        KafkaConnection connection,
        ProducerOptions options,
        TimeProvider clock,
        ILogger log,
        IStreamingMetrics metrics,
        BrokerConnectionMonitor watch,
        Action<Exception> fail)
    {
        this.name = name;
        this.options = options;
        this.clock = clock;
        this.log = log;
        this.metrics = metrics;
        this.fail = fail;
        round = new DeliveryRound();
        room = new InFlightLimit(options.MaxInFlight);
        this.watch = watch;
        client = new NativeProducer(Settings(connection), this, $"reports to {name}");
    }

    /// <summary>Records sent and not yet acknowledged.</summary>
    public int InFlight => room.Count;

    /// <summary>A topic to write to.</summary>
    public ProducedTopic Topic(string topic) => client.Topic(topic);

    /// <summary>Waits until there is room for one record more; usually there is.</summary>
    public ValueTask EnterAsync(CancellationToken stop) => room.EnterAsync(stop);

    /// <summary>
    /// Sends a record for which room was found; a failure ends the client. Waits while the topic is gone, or the memory is full; usually it does
    /// not.
    /// </summary>
    public ValueTask SendAsync(
        ProducedTopic topic, int partition, byte[] key, ReadOnlySpan<byte> value, bool hasValue, CancellationToken stop)
    {
        var entered = Enter();
        var headers = RecordTrace.AddTo(null);
        var code = headers is null
            ? client.Produce(topic, partition, key, value, hasValue, entered.Tag)
            : client.Produce(topic, partition, key, value, hasValue, headers, entered.Tag);
        return code == ErrorCode.NoError
            ? ValueTask.CompletedTask
            : HandAsync(new Outgoing(topic, partition, key, hasValue ? value.ToArray() : null, headers), entered, entered.Tag, code, stop);
    }

    /// <summary>Sends a record for which room was found, in the same way; the task inside is its delivery, and gives its offset.</summary>
    public async ValueTask<Task<long>> DeliverAsync(
        ProducedTopic topic, int partition, byte[] key, byte[]? value, Headers? headers, CancellationToken stop)
    {
        var awaited = new AwaitedDelivery(Enter());
        var record = new Outgoing(topic, partition, key, value, RecordTrace.AddTo(headers));
        try
        {
            await HandAsync(record, awaited.Round, awaited.Tag, Hand(record, awaited.Tag), stop);
        }
        catch
        {
            awaited.Free();
            throw;
        }
        return awaited.Offset;
    }

    /// <summary>Waits until everything sent before this call is acknowledged or has failed.</summary>
    public Task FlushAsync(CancellationToken stop)
    {
        Task all;
        lock (flushing)
        {
            var closing = round;
            Volatile.Write(ref round, new DeliveryRound());
            closing.Close();
            all = earlier.IsCompleted ? closing.Over : Task.WhenAll(earlier, closing.Over);
            earlier = all;
        }
        return all.WaitAsync(stop);
    }

    /// <summary>Waits a bounded time for what is on its way, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await FlushAsync(CancellationToken.None).WaitAsync(options.StopTimeout, clock);
        }
        catch (TimeoutException)
        {
            Log.FlushGivenUp(log, name, InFlight, options.StopTimeout);
            metrics.Error("delivery");
        }
        client.Dispose();
        room.End();
    }

    private ProducerConfig Settings(KafkaConnection connection) => new(ClientSettings.Client(connection, name))
    {
        EnableIdempotence = true,
        Acks = Acks.All,
        CompressionType = CompressionType.None,
        LingerMs = options.Linger.TotalMilliseconds,
        MessageTimeoutMs = (int)(options.DeliveryTimeout?.TotalMilliseconds ?? 0),
        // The client counts a record a little longer than we do.
        QueueBufferingMaxMessages = options.MaxInFlight * 2,
        QueueBufferingMaxKbytes = options.MaxInFlightKilobytes,
    };

    private DeliveryRound Enter()
    {
        while (true)
        {
            var current = Volatile.Read(ref round);
            if (current.TryEnter())
                return current;
        }
    }

    private async ValueTask HandAsync(Outgoing record, DeliveryRound entered, nint tag, ErrorCode code, CancellationToken stop)
    {
        try
        {
            while (PauseAfter(record, code) is { } pause)
            {
                await Task.Delay(pause, clock, stop);
                code = Hand(record, tag);
            }
        }
        catch
        {
            entered.Leave();
            room.Leave();
            throw;
        }
    }

    private ErrorCode Hand(Outgoing record, nint tag) => record.Headers is null
        ? client.Produce(record.Topic, record.Partition, record.Key, record.Value, record.Value is not null, tag)
        : client.Produce(record.Topic, record.Partition, record.Key, record.Value, record.Value is not null, record.Headers, tag);

    /// <returns>How long to wait before trying again, or null when it is done.</returns>
    private TimeSpan? PauseAfter(Outgoing record, ErrorCode code)
    {
        if (code == ErrorCode.NoError)
            return null;
        if (code == ErrorCode.Local_QueueFull)
            return MemoryPause;
        if (MissingTopicErrors.IsGone(code))
        {
            if (gone.TryAdd(record.Topic.Name, 0))
                Log.TopicMissing(log, name, record.Topic.Name);
            return GonePause;
        }
        throw Failure(record.Topic, record.Partition, code);
    }

    void IProducerEvents.Delivered(ProducedTopic topic, int partition, long offset, ErrorCode error, nint tag)
    {
        DeliveryFailedException? failure = null;
        if (error == ErrorCode.NoError)
        {
            watch.MarkAlive();
            metrics.Produced(topic.Name);
        }
        else
        {
            failure = Failure(topic, partition, error);
        }
        var sender = GCHandle.FromIntPtr(tag).Target;
        if (sender is AwaitedDelivery awaited)
        {
            room.Leave();
            awaited.Round.Leave();
            awaited.End(offset, failure);
            return;
        }
        if (failure is not null)
            End(failure);
        room.Leave();
        ((DeliveryRound)sender!).Leave();
    }

    void IProducerEvents.Failed(Error error)
    {
        if (watch.OnError(error) is { } fatal)
            End(fatal);
    }

    void IProducerEvents.Said(string facility, string text) => Log.ClientSaid(log, name, facility, text);

    private DeliveryFailedException Failure(ProducedTopic topic, int partition, ErrorCode code)
    {
        metrics.Error("delivery");
        var reason = NativeProducer.ErrorOf((int)code).Reason;
        return new DeliveryFailedException($"{topic.Name} [{partition}]: {reason}") { IsTooLarge = IsTooLarge(code) };
    }

    private static bool IsTooLarge(ErrorCode code) => code is ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge;

    private void End(Exception failure)
    {
        Log.ProducingFailed(log, name, failure.Message);
        fail(failure);
    }

    /// <summary>A record that could not be handed over at once.</summary>
    private sealed record Outgoing(ProducedTopic Topic, int Partition, byte[] Key, byte[]? Value, Headers? Headers);
}

/// <summary>A record was refused, or not acknowledged in time. No retry of the same record will help; the client has retried already.</summary>
public sealed class DeliveryFailedException : Exception
{
    public DeliveryFailedException(string message) : base(message)
    {
    }

    public DeliveryFailedException(string message, Exception inner) : base(message, inner)
    {
    }

    public DeliveryFailedException() : base("A record was not delivered.")
    {
    }

    /// <summary>The record is larger than the client or its topic takes; a smaller one may be delivered.</summary>
    public bool IsTooLarge { get; init; }
}
