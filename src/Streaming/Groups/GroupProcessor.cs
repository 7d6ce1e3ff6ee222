using System.Text;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Connections;

namespace StockPipeline.Streaming.Groups;

/// <summary>
/// Handles the records of a topic as one member of a group: each record by at least one member at least once, in order, and committed only
/// when it and all before it are handled. Runs once.
/// </summary>
public sealed class GroupProcessor<T>
    where T : class
{
    /// <summary>Beyond what handlers may take: committing and leaving the group, for which the client takes five seconds in an outage.</summary>
    internal static readonly TimeSpan LeavingTime = TimeSpan.FromSeconds(5.5);

    private readonly KafkaClient kafka;
    private readonly string groupId;
    private readonly TopicDeclaration topic;
    private readonly IRecordDecoder<T> decoder;
    private readonly Func<GroupRecord<T>, CancellationToken, ValueTask> handle;
    private readonly GroupOptions options;
    private int started;

    internal GroupProcessor(
        KafkaClient kafka,
        string groupId,
        TopicDeclaration topic,
        IRecordDecoder<T> decoder,
        Func<GroupRecord<T>, CancellationToken, ValueTask> handle,
        GroupOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxInFlight, 1);
        this.kafka = kafka;
        this.groupId = groupId;
        this.topic = topic;
        this.decoder = decoder;
        this.handle = handle;
        this.options = options;
    }

    /// <summary>Works until stop is asked for, then finishes or gives up what is in hand and commits; fails with what no retry can mend.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref started, 1) == 1)
            throw new InvalidOperationException("A group processor runs once.");
        var loop = DedicatedThread.RunAsync($"process {topic.Name}", () => Loop(cancellationToken));
        await DedicatedThread.EndAsync(loop, options.StopTimeout + LeavingTime, kafka.Clock, cancellationToken);
    }

    private void Loop(CancellationToken cancellationToken)
    {
        var handling = new RecordHandling<T>(kafka, topic.Name, decoder, handle, options);
        var isTopicNew = false;
        do
        {
            using var loop = new GroupLoop(kafka, groupId, topic, handling.HandleAsync, options, isTopicNew);
            isTopicNew = loop.Run(cancellationToken);
        }
        while (isTopicNew);
    }
}

/// <summary>One record to be handled.</summary>
public readonly struct GroupRecord<T>(byte[] keyBytes, T value, int partition, long offset, long timestampMs)
    where T : class
{
    public byte[] KeyBytes { get; } = keyBytes;

    public T Value { get; } = value;

    public int Partition { get; } = partition;

    public long Offset { get; } = offset;

    /// <summary>Kafka's timestamp of the record.</summary>
    public DateTimeOffset Timestamp => DateTimeOffset.FromUnixTimeMilliseconds(timestampMs);

    /// <summary>Made anew at each call.</summary>
    public string Key => Encoding.UTF8.GetString(KeyBytes);
}

/// <summary>A record that can never be handled: it goes to the dead letters and its partition moves on.</summary>
public sealed class PoisonRecordException : Exception
{
    public PoisonRecordException(string message) : base(message)
    {
    }

    public PoisonRecordException(string message, Exception inner) : base(message, inner)
    {
    }

    public PoisonRecordException() : base("The record can never be handled.")
    {
    }
}

/// <summary>A failure that may pass: the record is handled again, after growing pauses.</summary>
public sealed class TransientFailureException : Exception
{
    public TransientFailureException(string message) : base(message)
    {
    }

    public TransientFailureException(string message, Exception inner) : base(message, inner)
    {
    }

    public TransientFailureException() : base("The work failed for a reason that may pass.")
    {
    }
}
