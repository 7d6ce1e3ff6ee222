using System.Collections.Concurrent;
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
internal sealed class RecordProducer : IAsyncDisposable
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
    private readonly IProducer<byte[], byte[]?> client;
    private readonly SemaphoreSlim room;
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
        round = NewRound();
        room = new SemaphoreSlim(options.MaxInFlight, options.MaxInFlight);
        this.watch = watch;
        client = new ProducerBuilder<byte[], byte[]?>(Settings(connection))
            .SetKeySerializer(Serializers.ByteArray)
            .SetValueSerializer(Serializers.ByteArray!)
            .SetLogHandler((_, said) => Log.ClientSaid(log, name, said.Facility, said.Message))
            .SetErrorHandler((_, error) =>
            {
                if (watch.OnError(error) is { } fatal)
                    End(fatal);
            })
            .Build();
    }

    /// <summary>Records sent and not yet acknowledged.</summary>
    public int InFlight => options.MaxInFlight - room.CurrentCount;

    /// <summary>Blocks until there is room for one record more.</summary>
    public void WaitForRoom(CancellationToken stop) => room.Wait(stop);

    /// <summary>Waits until there is room for one record more; usually there is.</summary>
    public Task WaitForRoomAsync(CancellationToken stop) => room.WaitAsync(stop);

    /// <summary>
    /// Sends a record for which room was found; a failure ends the client. Waits while the topic is gone, or the memory is full; usually it does
    /// not.
    /// </summary>
    public ValueTask SendAsync(TopicPartition target, byte[] key, byte[]? value, CancellationToken stop)
    {
        var entered = Enter();
        return HandAsync(
            target, new Message<byte[], byte[]?> { Key = key, Value = value, Headers = RecordTrace.AddTo(null) }, entered, entered.Sent, stop);
    }

    /// <summary>Sends a record for which room was found, in the same way; the task inside is its delivery, and gives its offset.</summary>
    public async ValueTask<Task<long>> DeliverAsync(
        TopicPartition target, byte[] key, byte[]? value, Headers? headers, CancellationToken stop)
    {
        var entered = Enter();
        var delivered = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var message = new Message<byte[], byte[]?> { Key = key, Value = value, Headers = RecordTrace.AddTo(headers) };
        await HandAsync(target, message, entered, report => Delivered(entered, report, delivered), stop);
        return delivered.Task;
    }

    /// <summary>Waits until everything sent before this call is acknowledged or has failed.</summary>
    public Task FlushAsync(CancellationToken stop)
    {
        Task all;
        lock (flushing)
        {
            var closing = round;
            Volatile.Write(ref round, NewRound());
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
        room.Dispose();
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
        DeliveryReportFields = "none",
    };

    private DeliveryRound NewRound() => new(Sent);

    private DeliveryRound Enter()
    {
        while (true)
        {
            var current = Volatile.Read(ref round);
            if (current.TryEnter())
                return current;
        }
    }

    private async ValueTask HandAsync(
        TopicPartition target,
        Message<byte[], byte[]?> message,
        DeliveryRound entered,
        Action<DeliveryReport<byte[], byte[]?>> report,
        CancellationToken stop)
    {
        try
        {
            while (TryHand(target, message, report) is { } pause)
                await Task.Delay(pause, clock, stop);
        }
        catch
        {
            entered.Leave();
            room.Release();
            throw;
        }
    }

    /// <returns>How long to wait before trying again, or null when it is done.</returns>
    private TimeSpan? TryHand(TopicPartition target, Message<byte[], byte[]?> message, Action<DeliveryReport<byte[], byte[]?>> report)
    {
        try
        {
            client.Produce(target, message, report);
            return null;
        }
        catch (ProduceException<byte[], byte[]?> full) when (full.Error.Code is ErrorCode.Local_QueueFull)
        {
            return MemoryPause;
        }
        catch (ProduceException<byte[], byte[]?> missing) when (MissingTopicErrors.IsGone(missing.Error))
        {
            if (gone.TryAdd(target.Topic, 0))
                Log.TopicMissing(log, name, target.Topic);
            return GonePause;
        }
        catch (ProduceException<byte[], byte[]?> refused)
        {
            metrics.Error("delivery");
            throw new DeliveryFailedException($"{target.Topic} [{target.Partition.Value}]: {refused.Error.Reason}", refused)
            {
                IsTooLarge = IsTooLarge(refused.Error),
            };
        }
    }

    private void Sent(DeliveryRound entered, DeliveryReport<byte[], byte[]?> report)
    {
        if (Failure(report) is { } failure)
            End(failure);
        room.Release();
        entered.Leave();
    }

    private void Delivered(DeliveryRound entered, DeliveryReport<byte[], byte[]?> report, TaskCompletionSource<long> delivered)
    {
        var failure = Failure(report);
        room.Release();
        entered.Leave();
        if (failure is null)
            delivered.SetResult(report.Offset.Value);
        else
            delivered.SetException(failure);
    }

    private DeliveryFailedException? Failure(DeliveryReport<byte[], byte[]?> report)
    {
        if (!report.Error.IsError)
        {
            watch.MarkAlive();
            metrics.Produced(report.Topic);
            return null;
        }
        metrics.Error("delivery");
        return new DeliveryFailedException($"{report.Topic} [{report.Partition.Value}]: {report.Error.Reason}")
        {
            IsTooLarge = IsTooLarge(report.Error),
        };
    }

    private static bool IsTooLarge(Error error) => error.Code is ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge;

    private void End(Exception failure)
    {
        Log.ProducingFailed(log, name, failure.Message);
        fail(failure);
    }
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
