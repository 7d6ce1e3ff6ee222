using System.Runtime.ExceptionServices;
using Confluent.Kafka;
using StockPipeline.Streaming.Connections;

namespace StockPipeline.Streaming.Tables;

/// <summary>
/// Takes part in a group only to learn which partitions are ours; the records are read by another client. That keeps several topics on the
/// same partition numbers with the one assignor that moves only what must move, and needs no committed offsets. Used by one thread.
/// </summary>
internal sealed class GroupMembership : IDisposable
{
    private readonly Action<IReadOnlyList<int>> onAssigned;
    private readonly Action<IReadOnlyList<int>> onRevoked;
    private readonly KafkaClient kafka;
    private readonly IConsumer<Ignore, Ignore> consumer;
    private List<TopicPartition> toPause = [];
    private ExceptionDispatchInfo? failure;

    public GroupMembership(
        KafkaClient kafka,
        string groupId,
        string topic,
        TimeSpan session,
        Action<IReadOnlyList<int>> onAssigned,
        Action<IReadOnlyList<int>> onRevoked)
    {
        this.kafka = kafka;
        this.onAssigned = onAssigned;
        this.onRevoked = onRevoked;
        var name = $"{kafka.Service}-{groupId}-member";
        var config = ClientSettings.Consumer(kafka.Connection, name, groupId, namesTopic: false);
        ClientSettings.JoinGroup(config, session);
        config.EnablePartitionEof = false;
        config.QueuedMinMessages = 1;
        consumer = new ConsumerBuilder<Ignore, Ignore>(config)
            .SetLogHandler((_, said) => Log.ClientSaid(kafka.Log, name, said.Facility, said.Message))
            .SetErrorHandler((_, error) => Guard(() =>
            {
                if (kafka.Watch.OnError(error) is { } fatal)
                    throw fatal;
            }))
            .SetPartitionsAssignedHandler((_, partitions) =>
            {
                IsSettled = true;
                toPause.AddRange(partitions);
                Guard(() => onAssigned([.. partitions.Select(one => one.Partition.Value)]));
                return partitions.Select(one => new TopicPartitionOffset(one, Offset.End));
            })
            .SetPartitionsRevokedHandler((_, partitions) => OnRevoked(partitions, lost: false))
            .SetPartitionsLostHandler((_, partitions) => OnRevoked(partitions, lost: true))
            .Build();
        consumer.Subscribe(topic);
    }

    /// <summary>The group has given us our share, be it none.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>Lets the group speak: partitions come and go inside this call.</summary>
    public void Poll()
    {
        try
        {
            // Records may slip through before the pause; they are read elsewhere.
            while (consumer.Consume(TimeSpan.Zero) is not null)
                Pause();
        }
        catch (ConsumeException trouble) when (!trouble.Error.IsFatal && failure is null)
        {
            Log.ClientError(kafka.Log, kafka.Service, trouble.Error.Code, trouble.Error.Reason);
        }
        failure?.Throw();
        Pause();
    }

    /// <summary>Leaves the group, so that the others need not wait for us to fall silent.</summary>
    public void Close()
    {
        if (kafka.Watch.IsDown)
            return;
        try
        {
            consumer.Close();
        }
        catch (KafkaException trouble)
        {
            // Whoever cannot say goodbye is missed after a session.
            Log.ClientError(kafka.Log, kafka.Service, trouble.Error.Code, trouble.Error.Reason);
        }
    }

    public void Dispose() => consumer.Dispose();

    private void Pause()
    {
        if (toPause.Count == 0)
            return;
        // What is gone sends nothing, and comes back, if it does, with another assignment.
        MissingTopicErrors.TryDo(() => consumer.Pause(toPause));
        toPause = [];
    }

    private void OnRevoked(List<TopicPartitionOffset> partitions, bool lost)
    {
        if (lost)
            Log.PartitionsLost(kafka.Log, kafka.Service, string.Join(", ", partitions.Select(one => one.Partition.Value)));
        toPause.RemoveAll(paused => partitions.Any(one => one.TopicPartition == paused));
        Guard(() => onRevoked([.. partitions.Select(one => one.Partition.Value)]));
    }

    /// <summary>The client would wrap what its callbacks throw; it is kept and thrown as it was.</summary>
    private void Guard(Action call)
    {
#pragma warning disable CA1031 // Kept, not swallowed: Poll and Close throw it on.
        try
        {
            call();
        }
        catch (Exception caught)
        {
            failure ??= ExceptionDispatchInfo.Capture(caught);
        }
#pragma warning restore CA1031
    }
}
