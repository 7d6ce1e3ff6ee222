using Confluent.Kafka;
using StockPipeline.Contracts.Tracing;
using StockPipeline.Streaming.Connections;
using StockPipeline.Streaming.Decoding;
using StockPipeline.Streaming.Tracing;

namespace StockPipeline.Streaming.Tables;

/// <summary>The life of one table reader on its thread, from the first connection to the last revocation.</summary>
internal sealed class TableLoop : IDisposable
{
    /// <summary>How long the loop sleeps at most while nothing arrives: what a stop, a tick and the group may have to wait.</summary>
    private static readonly TimeSpan IdleWait = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan MetricsInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// So many records of a batch are taken before the clock is looked at again: a look at each costs a twentieth of all a worker does at its limit.
    /// </summary>
    private const int RecordsPerLook = 64;

    private readonly KafkaClient kafka;
    private readonly TableAssignment assignment;
    private readonly ITableHandler handler;
    private readonly TableReaderOptions options;
    private readonly Table[] tables;
    private readonly Action<bool> tellCaughtUp;
    private readonly string name;
    private readonly IConsumer<byte[], object?> consumer;
    private readonly SortedSet<int> assigned = [];
    private readonly OpenBatch batch;
    private readonly DecodeRetryPolicy patience;
    private readonly bool isTraced = PipelineTracing.IsOn;
    private readonly IntervalGate ticks;
    private readonly IntervalGate reports;
    private readonly IntervalGate groupTurns;
    private GroupMembership? membership;
    private KafkaException? fatal;
    private CancellationToken handling;
    private int unlooked;
    private bool allCaughtUp;
    private bool isOver;

    public TableLoop(
        KafkaClient kafka, TableAssignment assignment, ITableHandler handler, TableReaderOptions options, Table[] tables, Action<bool> tellCaughtUp)
    {
        this.kafka = kafka;
        this.assignment = assignment;
        this.handler = handler;
        this.options = options;
        this.tables = tables;
        this.tellCaughtUp = tellCaughtUp;
        name = $"{kafka.Service}-{tables[0].Topic}";
        batch = new OpenBatch(kafka.Service, kafka.Metrics, partition => handler.OnDeliveredAsync(partition, handling));
        patience = new DecodeRetryPolicy(kafka, () => membership?.Poll());
        ticks = new IntervalGate(kafka.Clock, options.TickInterval);
        reports = new IntervalGate(kafka.Clock, MetricsInterval);
        groupTurns = new IntervalGate(kafka.Clock, IdleWait);
        // The group id is demanded by the client and never used: nothing is joined and nothing committed.
        var config = ClientSettings.Consumer(kafka.Connection, name, name, namesTopic: tables.Length > 1, isTraced);
        config.AutoOffsetReset = AutoOffsetReset.Error;
        consumer = new ConsumerBuilder<byte[], object?>(config)
            .SetKeyDeserializer(KeyBytes.Instance)
            .SetValueDeserializer(new InPlaceDecoder(TableOf))
            .SetLogHandler((_, said) => Log.ClientSaid(kafka.Log, name, said.Facility, said.Message))
            .SetErrorHandler((_, error) => fatal ??= kafka.Watch.OnError(error))
            .Build();
    }

    /// <returns>Whether a topic was created anew. The client cannot read on then: it goes by what it knows of the old one's leaders.</returns>
    public bool Run(CancellationToken cancellationToken)
    {
        var isCreatedAnew = false;
        using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, kafka.Clock);
        using var stopping = cancellationToken.UnsafeRegister(_ => patience.CancelAfter(options.HandlerTimeout), null);
        handling = patience.Token;
        using var identities = new TopicIdMonitor(
            kafka, consumer.Handle, tables.ToDictionary(table => table.Topic, table => table.Partitions), options.IdentityInterval);
        using var owned = new ForeignWriteDetector(
            kafka, new DependentAdminClientBuilder(consumer.Handle).Build, kafka.FlushAsync, tables, options.OwnershipInterval);
        identities.WaitForAll(ServeCallbacks, cancellationToken);
        foreach (var table in tables)
            table.Incarnation = identities.Of(table.Topic);
        try
        {
            isCreatedAnew = Read(identities, owned, cancellationToken);
            OnRevoked([.. assigned]);
        }
        finally
        {
            isOver = true;
            membership?.Close();
        }
        return isCreatedAnew;
    }

    public void Dispose()
    {
        membership?.Dispose();
        consumer.Dispose();
    }

    private bool Read(TopicIdMonitor identities, ForeignWriteDetector owned, CancellationToken cancellationToken)
    {
        var isCreatedAnew = false;
        try
        {
            Join();
            while (!cancellationToken.IsCancellationRequested && !isCreatedAnew)
            {
                kafka.ThrowIfFailed();
                isCreatedAnew = IsTimeToLook() && RunPeriodicWork(identities, owned);
                if (Consume(batch.IsOpen ? TimeSpan.Zero : IdleWait) is { } result)
                    Handle(result, cancellationToken);
                else
                    batch.Deliver();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Reading, or a handler, was waiting for something when the stop came. The partitions are given up as at any other end.
            return false;
        }
        return isCreatedAnew;
    }

    private void Join()
    {
        if (assignment.GroupId is { } group)
            membership = new GroupMembership(kafka, group, tables[0].Topic, options.SessionTimeout, OnAssigned, OnRevoked);
        else
            OnAssigned(assignment.Numbers ?? [.. Enumerable.Range(0, tables.Max(table => table.Partitions))]);
    }

    /// <summary>Nothing is read yet; what the client says of itself comes with the reading.</summary>
    private void ServeCallbacks()
    {
        Consume(TimeSpan.Zero);
        ThrowIfFatal();
    }

    private void ThrowIfFatal()
    {
        if (fatal is not null)
            throw fatal;
    }

    /// <summary>Between batches always, so that whatever a handler took is seen at once.</summary>
    private bool IsTimeToLook()
    {
        if (batch.IsOpen && ++unlooked < RecordsPerLook)
            return false;
        unlooked = 0;
        return true;
    }

    /// <summary>What is due now and then; between batches, and never more often than its rhythm.</summary>
    /// <returns>Whether a topic was created anew.</returns>
    private bool RunPeriodicWork(TopicIdMonitor identities, ForeignWriteDetector owned)
    {
        if (!groupTurns.IsDue())
            return false;
        membership?.Poll();
        if (identities.Changed() is [var changed, ..])
        {
            LogRestart(assigned, $"{changed} was created anew");
            TellCaughtUp(false);
            return true;
        }
        foreach (var (topic, partition) in owned.TakeForeignWrites(assigned))
            Restart([partition], $"somebody else wrote to {topic}");
        ThrowIfFatal();
        NoticeAllCaughtUp();
        if (ticks.IsDue())
        {
            batch.Deliver();
            DedicatedThread.Wait(handler.OnTickAsync(handling));
        }
        if (reports.IsDue())
            Array.ForEach(tables, table => table.ReportLag(assigned, consumer, kafka.Metrics));
        return false;
    }

    private ConsumeResult<byte[], object?>? Consume(TimeSpan wait)
    {
        try
        {
            return consumer.Consume(wait);
        }
        catch (ConsumeException trouble) when (BrokerConnectionMonitor.IsTransientError(trouble.Error))
        {
            HandleReadError(trouble);
            return null;
        }
    }

    private void HandleReadError(ConsumeException trouble)
    {
        switch (trouble.Error.Code)
        {
            case ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange:
                batch.Deliver();
                Restart([trouble.ConsumerRecord.Partition.Value], trouble.Error.Reason);
                break;
            default:
                kafka.Metrics.Error("connection");
                Log.ClientError(kafka.Log, name, trouble.Error.Code, trouble.Error.Reason);
                break;
        }
    }

    private void Handle(ConsumeResult<byte[], object?> result, CancellationToken cancellationToken)
    {
        var table = TableOf(result.Topic);
        var partition = result.Partition.Value;
        if (table.Progress(partition) is not { } progress || table.IsDone(partition))
            return;
        kafka.Watch.MarkAlive();
        if (!batch.IsOf(table, partition))
            batch.Deliver();
        if (result.IsPartitionEOF)
        {
            batch.Deliver();
            if (progress.AtEnd(result.Offset.Value))
                NoticeCaughtUp(table, partition);
            return;
        }
        var offset = result.Offset.Value;
        if (progress.WentBack(offset))
        {
            batch.Deliver();
            Restart([partition], $"offset {offset} came after {progress.Next - 1}");
            return;
        }
        if (!progress.HasBegun)
            progress.EndsAt(consumer.EndOf(new TopicPartition(table.Topic, partition)));
        var value = result.Message.Value;
        if (value is Undecoded undecoded)
        {
            batch.Deliver();
            if (!patience.TryRead(table, result, undecoded, out value, cancellationToken))
            {
                // Put aside, or no longer ours; either way the place is passed.
                progress.Passed(offset);
                if (table.Progress(partition) == progress && progress.ReachesEnd())
                    NoticeCaughtUp(table, partition);
                return;
            }
        }
        batch.Add(table, partition, result.Message.Key, value, offset, result.Message.Timestamp.UnixTimestampMs);
        // What is read again from the beginning has been followed when it came.
        if (isTraced && progress.IsCaughtUp)
            batch.Follow(RecordTrace.Read(result.Message.Headers));
        progress.Passed(offset);
        var atEnd = progress.ReachesEnd();
        if (atEnd || table.Buffered >= options.MaxBatch)
            batch.Deliver();
        if (atEnd)
            NoticeCaughtUp(table, partition);
    }

    private void OnAssigned(IReadOnlyList<int> partitions)
    {
        batch.Deliver();
        var targets = new List<TopicPartitionOffset>();
        foreach (var partition in partitions)
        {
            Log.PartitionBegins(kafka.Log, name, partition);
            handler.OnAssigned(partition);
            assigned.Add(partition);
            targets.AddRange(Begin(partition, after: null));
        }
        if (targets.Count == 0)
            return;
        TellCaughtUp(false);
        consumer.IncrementalAssign(targets);
    }

    /// <summary>Begins the tables that are read after one, or from the start.</summary>
    private IEnumerable<TopicPartitionOffset> Begin(int partition, Table? after)
    {
        foreach (var table in tables.Where(table => table.Before == after && partition < table.Partitions))
        {
            table.Begin(partition);
            yield return new TopicPartitionOffset(table.Topic, partition, Offset.Beginning);
        }
    }

    private void OnRevoked(IReadOnlyList<int> partitions)
    {
        // A handler that failed is not asked again; and after a regular end all is said.
        if (isOver)
            return;
        batch.Deliver();
        var ours = partitions.Where(assigned.Contains).ToList();
        if (ours.Count == 0)
            return;
        consumer.IncrementalUnassign(ours.SelectMany(partition => tables
            .Where(table => table.Progress(partition) is not null && !table.IsDone(partition))
            .Select(table => new TopicPartition(table.Topic, partition))));
        foreach (var partition in ours)
        {
            assigned.Remove(partition);
            foreach (var table in tables.Where(table => partition < table.Partitions))
            {
                table.End(partition);
                kafka.Metrics.Dropped(table.Topic, partition);
            }
            Revoke(partition);
            Log.PartitionEnds(kafka.Log, name, partition);
        }
    }

    private void Revoke(int partition)
    {
        try
        {
            DedicatedThread.Wait(handler.OnRevokedAsync(partition, handling));
        }
        catch (OperationCanceledException) when (handling.IsCancellationRequested)
        {
            // As after a kill: whoever comes next finds what the brokers have, and puts it right.
            Log.RevocationGivenUp(kafka.Log, name, partition, options.HandlerTimeout);
        }
    }

    private void Restart(IReadOnlyList<int> partitions, string reason)
    {
        LogRestart(partitions, reason);
        OnRevoked(partitions);
        OnAssigned(partitions);
    }

    private void LogRestart(IEnumerable<int> partitions, string reason)
    {
        foreach (var partition in partitions)
            Log.PartitionRestarts(kafka.Log, name, partition, reason);
    }

    private void NoticeCaughtUp(Table caughtUp, int partition)
    {
        if (caughtUp.IsDone(partition))
        {
            consumer.IncrementalUnassign([new TopicPartition(caughtUp.Topic, partition)]);
            kafka.Metrics.Dropped(caughtUp.Topic, partition);
        }
        for (var caught = new Queue<Table>([caughtUp]); caught.TryDequeue(out var table);)
        {
            DedicatedThread.Wait(handler.OnCaughtUpAsync(partition, table, handling));
            foreach (var follower in Begin(partition, table))
            {
                // What is read is fetched a moment longer than wanted: what its writer sends in it, by the hundred thousand, would come back.
                if (TableOf(follower.Topic) is { IsOnlyLoaded: true } next && consumer.EmptyUpTo(follower.TopicPartition) is { } end)
                {
                    next.Progress(partition)!.AtEnd(end);
                    caught.Enqueue(next);
                }
                else
                {
                    consumer.IncrementalAssign([follower]);
                }
            }
        }
        if (!Array.TrueForAll(tables, table => table.IsCaughtUp(partition)))
            return;
        Log.PartitionCaughtUp(kafka.Log, name, partition, tables.Sum(table => table.Progress(partition)?.Records ?? 0));
        DedicatedThread.Wait(handler.OnCaughtUpAsync(partition, handling));
        NoticeAllCaughtUp();
    }

    private void NoticeAllCaughtUp()
    {
        if (allCaughtUp || membership is { IsSettled: false } || assigned.Any(IsBehind))
            return;
        TellCaughtUp(true);
        handler.OnAllCaughtUp();
    }

    private bool IsBehind(int partition) => tables.Any(table => !table.IsCaughtUp(partition));

    private void TellCaughtUp(bool caughtUp)
    {
        allCaughtUp = caughtUp;
        tellCaughtUp(caughtUp);
    }

    private Table TableOf(string? topic)
    {
        if (tables.Length == 1)
            return tables[0];
        foreach (var table in tables)
        {
            if (string.Equals(table.Topic, topic, StringComparison.Ordinal))
                return table;
        }
        throw new InvalidOperationException($"A record of {topic} came, which is not read here.");
    }
}
