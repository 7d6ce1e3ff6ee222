using System.Runtime.ExceptionServices;
using Confluent.Kafka;
using StockPipeline.Contracts.Topics;
using StockPipeline.Contracts.Tracing;
using StockPipeline.Streaming.Connections;
using StockPipeline.Streaming.Tracing;

namespace StockPipeline.Streaming.Groups;

/// <summary>
/// The life of one group processor on its thread: takes up records, pauses what is full, commits what is finished, follows the group.
/// </summary>
internal sealed class GroupLoop : IDisposable
{
    /// <summary>How long the loop sleeps at most while nothing arrives.</summary>
    private static readonly TimeSpan IdleWait = TimeSpan.FromMilliseconds(50);

    /// <summary>The same while a paused partition may be resumed at any moment.</summary>
    private static readonly TimeSpan PausedWait = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan MetricsInterval = TimeSpan.FromSeconds(1);

    private readonly KafkaClient kafka;
    private readonly TopicDeclaration topic;
    private readonly GroupOptions options;
    private readonly Func<WorkItem, CancellationToken, ValueTask> handle;
    private readonly string name;
    private readonly IConsumer<byte[], byte[]?> consumer;
    private readonly SemaphoreSlim workers;
    private readonly PartitionProcessor?[] works;
    private readonly RecordRun run = new();
    private readonly PausedPartitions held;
    private readonly bool isTraced = PipelineTracing.IsOn;
    private readonly IntervalGate turns;
    private readonly IntervalGate commits;
    private readonly IntervalGate reports;
    private readonly List<TopicPartitionOffset> begun = [];
    private bool isTopicNew;
    private Exception? failure;

    /// <param name="kafka">Where Kafka is, and who is told.</param>
    /// <param name="groupId">The group to join.</param>
    /// <param name="topic">What is read.</param>
    /// <param name="handle">Handles a record.</param>
    /// <param name="options">Limits and rhythms.</param>
    /// <param name="isTopicNew">The topic has just been created anew: what the group has committed of the old one means nothing in it.</param>
    public GroupLoop(
        KafkaClient kafka,
        string groupId,
        TopicDeclaration topic,
        Func<WorkItem, CancellationToken, ValueTask> handle,
        GroupOptions options,
        bool isTopicNew)
    {
        this.isTopicNew = isTopicNew;
        this.kafka = kafka;
        this.topic = topic;
        this.options = options;
        this.handle = handle;
        name = $"{kafka.Service}-{topic.Name}";
        workers = new SemaphoreSlim(options.Workers, options.Workers);
        works = new PartitionProcessor?[topic.Partitions];
        turns = new IntervalGate(kafka.Clock, PausedWait);
        commits = new IntervalGate(kafka.Clock, options.CommitInterval);
        reports = new IntervalGate(kafka.Clock, MetricsInterval);
        consumer = Build(groupId);
        held = new PausedPartitions(consumer);
    }

    private bool HasFailed => Volatile.Read(ref failure) is not null;

    /// <returns>Whether the topic was created anew. The client cannot read on then: it goes by what it knows of the old one's leaders.</returns>
    public bool Run(CancellationToken cancellationToken)
    {
        var isCreatedAnew = false;
        using var identities =
            new TopicIdMonitor(kafka, consumer.Handle, new Dictionary<string, int> { [topic.Name] = topic.Partitions }, options.IdentityInterval);
        identities.WaitForAll(ServeCallbacks, cancellationToken);
        consumer.Subscribe(topic.Name);
        try
        {
            while (!cancellationToken.IsCancellationRequested && !HasFailed && !isCreatedAnew)
            {
                if (turns.IsDue())
                    isCreatedAnew = RunPeriodicWork(identities);
                if (Consume(run.Work is not null ? TimeSpan.Zero : held.Any ? PausedWait : IdleWait) is { } result)
                    Accept(result);
                else
                    HandOver();
            }
        }
        finally
        {
            run.Forget();
            End([.. works.OfType<PartitionProcessor>()], options.StopTimeout, commit: !isCreatedAnew);
            Close();
        }
        ThrowIfFailed();
        return isCreatedAnew;
    }

    public void Dispose()
    {
        consumer.Dispose();
        workers.Dispose();
        foreach (var work in works)
            work?.Dispose();
    }

    private IConsumer<byte[], byte[]?> Build(string groupId)
    {
        var config = ClientSettings.Consumer(kafka.Connection, name, groupId, namesTopic: false, isTraced);
        ClientSettings.JoinGroup(config, options.SessionTimeout);
        config.AutoOffsetReset = AutoOffsetReset.Earliest;
        config.EnablePartitionEof = false;
        // The client commits in the background what we store, and we store only what is finished.
        config.EnableAutoCommit = true;
        config.AutoCommitIntervalMs = (int)options.CommitInterval.TotalMilliseconds;
        return new ConsumerBuilder<byte[], byte[]?>(config)
            .SetKeyDeserializer(Decoding.KeyBytes.Instance)
            .SetValueDeserializer(Deserializers.ByteArray!)
            .SetLogHandler((_, said) => Log.ClientSaid(kafka.Log, name, said.Facility, said.Message))
            .SetErrorHandler((_, error) =>
            {
                if (kafka.Watch.OnError(error) is { } fatal)
                    Fail(fatal);
            })
            .SetOffsetsCommittedHandler((_, committed) =>
            {
                if (committed.Error.IsError)
                    Log.CommitFailed(kafka.Log, name, committed.Error.Reason);
            })
            .SetPartitionsAssignedHandler((_, partitions) => OnAssigned(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => Guard(() => OnRevoked(partitions, lost: false)))
            .SetPartitionsLostHandler((_, partitions) => Guard(() => OnRevoked(partitions, lost: true)))
            .Build();
    }

    private void Close()
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
            Log.ClientError(kafka.Log, name, trouble.Error.Code, trouble.Error.Reason);
        }
    }

    /// <summary>Nothing is read yet; what the client says of itself comes with the reading.</summary>
    private void ServeCallbacks()
    {
        Consume(TimeSpan.Zero);
        ThrowIfFailed();
    }

    private void ThrowIfFailed()
    {
        if (failure is { } reason)
            ExceptionDispatchInfo.Throw(reason);
    }

    /// <summary>What is due now and then.</summary>
    /// <returns>Whether the topic was created anew.</returns>
    private bool RunPeriodicWork(TopicIdMonitor identities)
    {
        kafka.ThrowIfFailed();
        held.Resume();
        if (begun.Count > 0)
            CommitBeginnings();
        if (commits.IsDue())
            Store();
        if (reports.IsDue())
            ReportLag();
        if (identities.Changed().Count == 0)
            return false;
        foreach (var work in works.OfType<PartitionProcessor>())
            Log.PartitionRestarts(kafka.Log, name, work.Source.Partition.Value, "the topic was created anew");
        return true;
    }

    private ConsumeResult<byte[], byte[]?>? Consume(TimeSpan wait)
    {
        try
        {
            return consumer.Consume(wait);
        }
        catch (ConsumeException trouble) when (BrokerConnectionMonitor.IsTransientError(trouble.Error))
        {
            kafka.Metrics.Error("connection");
            Log.ClientError(kafka.Log, name, trouble.Error.Code, trouble.Error.Reason);
            return null;
        }
    }

    private void Accept(ConsumeResult<byte[], byte[]?> result)
    {
        var partition = result.Partition.Value;
        if (works[partition] is not { } work)
            return;
        var offset = result.Offset.Value;
        var last = run.LastOffsetOf(work);
        if (!ReferenceEquals(work, run.Work) || offset <= last)
        {
            HandOver();
            kafka.Watch.MarkAlive();
            if (offset <= last)
                work = Restart(work, $"offset {offset} came after {last}");
            run.Begin(work);
        }
        run.Add(new WorkItem(
            result.Message.Key, result.Message.Value, partition, offset, result.Message.Timestamp.UnixTimestampMs, Ticket: 0,
            isTraced ? RecordTrace.Read(result.Message.Headers) : null));
        if (!run.IsFull)
            return;
        HandOver();
        if (work.Room == 0)
            held.WaitOrPause(work);
    }

    private void HandOver()
    {
        if (run.Work is null)
            return;
        var (count, newest) = run.HandOver();
        kafka.Metrics.Consumed(topic.Name, count, newest);
    }

    private void Store()
    {
        foreach (var work in works)
        {
            if (work?.Committable is not { } offset || offset == work.Stored)
                continue;
            if (MissingTopicErrors.TryDo(() => consumer.StoreOffset(new TopicPartitionOffset(work.Source, offset))))
                work.Stored = offset;
        }
    }

    private IEnumerable<TopicPartitionOffset> OnAssigned(List<TopicPartition> partitions)
    {
        Guard(() =>
        {
            foreach (var source in partitions)
            {
                Log.PartitionComes(kafka.Log, name, source.Partition.Value);
                works[source.Partition.Value] = NewProcessor(source);
            }
        });
        // What comes later has an owner who has begun at the beginning.
        var from = isTopicNew ? Offset.Beginning : Offset.Unset;
        if (isTopicNew)
            begun.AddRange(partitions.Select(source => new TopicPartitionOffset(source, 0)));
        isTopicNew &= partitions.Count == 0;
        return partitions.Select(source => new TopicPartitionOffset(source, from));
    }

    /// <summary>
    /// The client that read the old topic may have committed how far it was there when it left, and a commit names topics by their name: whoever
    /// had the partition next would pass over what is new.
    /// </summary>
    private void CommitBeginnings()
    {
        Commit(begun);
        begun.Clear();
    }

    private PartitionProcessor NewProcessor(TopicPartition source) => new(source, options, handle, workers, Fail);

    private void OnRevoked(List<TopicPartitionOffset> partitions, bool lost)
    {
        if (lost)
            Log.PartitionsLost(kafka.Log, name, string.Join(", ", partitions.Select(one => one.Partition.Value)));
        var leaving = partitions.Select(one => works[one.Partition.Value]).OfType<PartitionProcessor>().ToList();
        if (run.Work is { } begun && leaving.Contains(begun))
            run.Forget();
        End(leaving, lost ? TimeSpan.Zero : options.StopTimeout, commit: !lost);
    }

    /// <summary>Waits for the records being handled, commits what is finished, and lets go of the partitions.</summary>
    private void End(List<PartitionProcessor> leaving, TimeSpan patience, bool commit)
    {
        DedicatedThread.Wait(new ValueTask(Task.WhenAll(leaving.Select(work => work.EndAsync(patience, kafka.Clock)))));
        var offsets = leaving.Where(work => work.Committable is not null)
            .Select(work => new TopicPartitionOffset(work.Source, work.Committable!.Value)).ToList();
        if (commit && offsets.Count > 0)
            Commit(offsets);
        foreach (var work in leaving)
        {
            held.Forget(work);
            works[work.Source.Partition.Value] = null;
            kafka.Metrics.Dropped(topic.Name, work.Source.Partition.Value);
            Log.PartitionEnds(kafka.Log, name, work.Source.Partition.Value);
        }
    }

    private void Commit(List<TopicPartitionOffset> offsets)
    {
        if (kafka.Watch.IsDown)
        {
            Log.CommitFailed(kafka.Log, name, "no broker can be reached");
            return;
        }
        try
        {
            consumer.Commit(offsets);
        }
        catch (KafkaException refused)
        {
            // The next owner handles these records again, which it must be able to do anyway.
            Log.CommitFailed(kafka.Log, name, refused.Error.Reason);
        }
    }

    private PartitionProcessor Restart(PartitionProcessor old, string reason)
    {
        Log.PartitionRestarts(kafka.Log, name, old.Source.Partition.Value, reason);
        held.Resume(old);
        End([old], options.StopTimeout, commit: false);
        return works[old.Source.Partition.Value] = NewProcessor(old.Source);
    }

    private void ReportLag()
    {
        foreach (var work in works.OfType<PartitionProcessor>().Where(work => work.LastOffset >= 0))
        {
            var end = consumer.EndOf(work.Source);
            if (end >= 0)
                kafka.Metrics.Lag(topic.Name, work.Source.Partition.Value, Math.Max(0, end - (work.Committable ?? 0)));
        }
    }

    private void Fail(Exception reason) => Interlocked.CompareExchange(ref failure, reason, null);

    /// <summary>The client would wrap what its callbacks throw; it is kept and thrown as it was.</summary>
    private void Guard(Action call)
    {
#pragma warning disable CA1031 // Kept, not swallowed: the loop ends with it.
        try
        {
            call();
        }
        catch (Exception caught)
        {
            Fail(caught);
        }
#pragma warning restore CA1031
    }
}
