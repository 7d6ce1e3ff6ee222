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
    public async Task RunAsync(CancellationToken stop)
    {
        if (Interlocked.Exchange(ref started, 1) == 1)
            throw new InvalidOperationException("A group processor runs once.");
        var loop = LoopThread.RunAsync($"process {topic.Name}", () => Loop(stop));
        await LoopThread.EndAsync(loop, options.StopTimeout + LeavingTime, kafka.Clock, stop);
    }

    private void Loop(CancellationToken stop)
    {
        var handling = new RecordHandling<T>(kafka, topic.Name, decoder, handle, options);
        var isTopicNew = false;
        do
        {
            using var loop = new GroupLoop(kafka, groupId, topic, handling.HandleAsync, options, isTopicNew);
            isTopicNew = loop.Run(stop);
        }
        while (isTopicNew);
    }
}
