using Confluent.Kafka;

namespace StockPipeline.InteropTests.Support;

/// <summary>A member of a group that works only while it is polled, and commits each record it has read.</summary>
internal sealed class GroupMember : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    private readonly IConsumer<string?, string?> consumer;

    private readonly List<TopicPartitionOffset> uncommitted = [];

    public GroupMember(Desk desk, string group, string topic, Action<ConsumerConfig>? adapt = null)
    {
        consumer = desk.Consumer(group, adapt, builder => builder
            .SetPartitionsAssignedHandler((_, _) => Assignments++)
            .SetPartitionsRevokedHandler((_, lost) => FirstLoss ??= lost.Count));
        consumer.Subscribe(topic);
    }

    public IReadOnlyList<TopicPartition> Assignment => consumer.Assignment;

    /// <summary>How often it was assigned something.</summary>
    public int Assignments { get; private set; }

    /// <summary>How many partitions it had to give up the first time.</summary>
    public int? FirstLoss { get; private set; }

    /// <summary>Why brokers took no commit the last time that they took none.</summary>
    public ErrorCode? LastRefusal { get; private set; }

    /// <summary>Gives the group a moment and takes at most one record; how many partitions it holds then.</summary>
    public int Poll(List<string>? read = null)
    {
        if (consumer.Consume(Moment) is { } record)
        {
            read?.Add(record.Message.Value!);
            uncommitted.Add(new TopicPartitionOffset(record.TopicPartition, record.Offset + 1));
        }
        Commit();
        return consumer.Assignment.Count;
    }

    /// <summary>Commits what is read; while the group changes, brokers may refuse that, and it is committed with the next poll.</summary>
    private void Commit()
    {
        if (uncommitted.Count == 0)
            return;
        try
        {
            consumer.Commit(uncommitted);
            uncommitted.Clear();
        }
        catch (KafkaException changing) when (changing.Error.Code is ErrorCode.IllegalGeneration or ErrorCode.RebalanceInProgress)
        {
            LastRefusal = changing.Error.Code;
        }
    }

    /// <summary>What polling for a moment failed with; null where it did not.</summary>
    public ConsumeException? Failure()
    {
        try
        {
            Poll();
            return null;
        }
        catch (ConsumeException failure)
        {
            return failure;
        }
    }

    /// <summary>Says goodbye to the group.</summary>
    public void Leave() => consumer.Close();

    /// <summary>Ends as a process that dies does, unless it has left before.</summary>
    public void Dispose() => consumer.Dispose();
}
