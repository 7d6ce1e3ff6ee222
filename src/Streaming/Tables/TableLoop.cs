using Confluent.Kafka;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Serialization;
using StockPipeline.Streaming.Connections;
using StockPipeline.Streaming.DeadLetters;
using StockPipeline.Streaming.Decoding;

namespace StockPipeline.Streaming.Tables;

/// <summary>The life of one table reader on its thread, from the first connection to the last revocation.</summary>
internal sealed class TableLoop : IDisposable
{
    /// <summary>How long the loop sleeps at most while nothing arrives: what a stop, a tick and the group may have to wait.</summary>
    private static readonly TimeSpan IdleWait = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan MetricsInterval = TimeSpan.FromSeconds(1);

    /// <summary>Pauses while a value cannot be decoded because a schema cannot be fetched; the group must still hear from us between them.</summary>
    private static readonly BackoffLimits DecodingPatience = new() { Cap = TimeSpan.FromSeconds(5) };

    private readonly KafkaClient kafka;
    private readonly TableAssignment assignment;
    private readonly ITableHandler handler;
    private readonly TableReaderOptions options;
    private readonly Table[] tables;
    private readonly Action<bool> tellCaughtUp;
    private readonly string name;
    private readonly IConsumer<byte[], object?> consumer;
    private readonly SortedSet<int> assigned = [];
    private readonly Rhythm ticks;
    private readonly Rhythm reports;
    private readonly Rhythm groupTurns;
    private GroupMembership? membership;
    private KafkaException? fatal;
    private Table? collecting;
    private int collectingPartition;
    private long newestMs;
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
        ticks = new Rhythm(kafka.Clock, options.TickInterval);
        reports = new Rhythm(kafka.Clock, MetricsInterval);
        groupTurns = new Rhythm(kafka.Clock, IdleWait);
        // The group id is demanded by the client and never used: nothing is joined and nothing committed.
        var config = ClientSettings.Consumer(kafka.Connection, name, name, namesTopic: tables.Length > 1);
        config.AutoOffsetReset = AutoOffsetReset.Error;
        consumer = new ConsumerBuilder<byte[], object?>(config)
            .SetKeyDeserializer(KeyBytes.Instance)
            .SetValueDeserializer(new InPlaceDecoder(TableOf))
            .SetLogHandler((_, said) => Log.ClientSaid(kafka.Log, name, said.Facility, said.Message))
            .SetErrorHandler((_, error) => fatal ??= kafka.Watch.Heard(error))
            .Build();
    }

    public void Run(CancellationToken stop)
    {
        using var identities = new TopicIdentities(
            kafka, consumer.Handle, tables.ToDictionary(table => table.Topic, table => table.Partitions), options.IdentityInterval);
        using var owned = new OwnedTopics(kafka, consumer.Handle, tables, options.OwnershipInterval);
        identities.WaitForAll(Listen, stop);
        try
        {
            Join();
            while (!stop.IsCancellationRequested)
            {
                kafka.ThrowIfFailed();
                TakeTurns(identities, owned);
                if (Consume(collecting is null ? IdleWait : TimeSpan.Zero) is { } result)
                    Take(result, stop);
                else
                    Deliver();
            }
            Deliver();
            Go([.. assigned]);
        }
        finally
        {
            isOver = true;
            membership?.Close();
        }
    }

    public void Dispose()
    {
        membership?.Dispose();
        consumer.Dispose();
    }

    private void Join()
    {
        if (assignment.GroupId is { } group)
            membership = new GroupMembership(kafka, group, tables[0].Topic, options.SessionTimeout, Come, Go);
        else
            Come(assignment.Numbers ?? [.. Enumerable.Range(0, tables.Max(table => table.Partitions))]);
    }

    /// <summary>Nothing is read yet; what the client says of itself comes with the reading.</summary>
    private void Listen()
    {
        Consume(TimeSpan.Zero);
        ThrowIfFatal();
    }

    private void ThrowIfFatal()
    {
        if (fatal is not null)
            throw fatal;
    }

    /// <summary>What is due now and then; between batches, and never more often than its rhythm.</summary>
    private void TakeTurns(TopicIdentities identities, OwnedTopics owned)
    {
        if (!groupTurns.IsDue())
            return;
        membership?.Poll();
        foreach (var topic in identities.Changed())
            Restart([.. assigned], $"{topic} was created anew");
        foreach (var (topic, partition) in owned.Overwritten(assigned))
            Restart([partition], $"somebody else wrote to {topic}");
        ThrowIfFatal();
        NoticeAllCaughtUp();
        if (ticks.IsDue())
        {
            Deliver();
            handler.Tick();
        }
        if (reports.IsDue())
            ReportLag();
    }

    private ConsumeResult<byte[], object?>? Consume(TimeSpan wait)
    {
        try
        {
            return consumer.Consume(wait);
        }
        catch (ConsumeException trouble) when (ConnectionWatch.MayPass(trouble.Error))
        {
            Mind(trouble);
            return null;
        }
    }

    private void Mind(ConsumeException trouble)
    {
        switch (trouble.Error.Code)
        {
            case ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange:
                Deliver();
                Restart([trouble.ConsumerRecord.Partition.Value], trouble.Error.Reason);
                break;
            default:
                kafka.Metrics.Error("connection");
                Log.ClientError(kafka.Log, name, trouble.Error.Code, trouble.Error.Reason);
                break;
        }
    }

    private void Take(ConsumeResult<byte[], object?> result, CancellationToken stop)
    {
        var table = TableOf(result.Topic);
        var partition = result.Partition.Value;
        if (table.Progress(partition) is not { } progress || table.IsDone(partition))
            return;
        kafka.Watch.Alive();
        if (!ReferenceEquals(table, collecting) || partition != collectingPartition)
            Deliver();
        if (result.IsPartitionEOF)
        {
            Deliver();
            if (progress.AtEnd(result.Offset.Value))
                NoticeCaughtUp(table, partition);
            return;
        }
        var offset = result.Offset.Value;
        if (progress.WentBack(offset))
        {
            Deliver();
            Restart([partition], $"offset {offset} came after {progress.Next - 1}");
            return;
        }
        if (!progress.HasBegun)
            progress.EndsAt(consumer.EndOf(new TopicPartition(table.Topic, partition)));
        var value = result.Message.Value;
        if (value is Undecoded undecoded)
        {
            Deliver();
            if (!Settle(table, result, undecoded, out value, stop))
            {
                // Put aside, or no longer ours; either way the place is passed.
                progress.Passed(offset);
                if (table.Progress(partition) == progress && progress.ReachesEnd())
                    NoticeCaughtUp(table, partition);
                return;
            }
        }
        Collect(table, partition, result, value);
        progress.Passed(offset);
        var atEnd = progress.ReachesEnd();
        if (atEnd || table.Buffered >= options.MaxBatch)
            Deliver();
        if (atEnd)
            NoticeCaughtUp(table, partition);
    }

    private void Collect(Table table, int partition, ConsumeResult<byte[], object?> result, object? value)
    {
        collecting = table;
        collectingPartition = partition;
        newestMs = result.Message.Timestamp.UnixTimestampMs;
        table.Add(result.Message.Key, value, result.Offset.Value, newestMs);
    }

    private void Deliver()
    {
        if (collecting is not { } table)
            return;
        collecting = null;
        var count = table.Buffered;
        table.Deliver(collectingPartition);
        kafka.Metrics.Consumed(table.Topic, count, DateTimeOffset.FromUnixTimeMilliseconds(newestMs));
    }

    /// <summary>Tries again for as long as it is an outage; what can never be read goes to the dead letters.</summary>
    /// <returns>Whether the value could be read in the end.</returns>
    private bool Settle(Table table, ConsumeResult<byte[], object?> result, Undecoded undecoded, out object? value, CancellationToken stop)
    {
        var partition = result.Partition.Value;
        var progress = table.Progress(partition);
        var backoff = new Backoff(DecodingPatience, kafka.Clock);
        value = undecoded;
        while (value is Undecoded { Reason: not UnreadableRecordException } failed)
        {
            kafka.Metrics.Error("decoding");
            if (backoff.Failures == 0)
                Log.DecodingWaits(kafka.Log, table.Topic, partition, result.Offset.Value, failed.Reason.Message);
            backoff.PauseAsync(stop).GetAwaiter().GetResult();
            membership?.Poll();
            if (table.Progress(partition) != progress)
                return false;
            value = InPlaceDecoder.Decode(table, failed.Bytes);
        }
        if (backoff.Failures > 0)
            Log.WentOn(kafka.Log, table.Topic, partition, result.Offset.Value, backoff.Failures);
        if (value is not Undecoded { Reason: var reason, Bytes: var bytes })
            return true;
        var at = DateTimeOffset.FromUnixTimeMilliseconds(result.Message.Timestamp.UnixTimestampMs);
        var letter = new DeadLetter(table.Topic, partition, result.Offset.Value, at, result.Message.Key, bytes, reason);
        kafka.DeadLetters.SendAsync(letter, stop).GetAwaiter().GetResult();
        return false;
    }

    private void Come(IReadOnlyList<int> partitions)
    {
        Deliver();
        var targets = new List<TopicPartitionOffset>();
        foreach (var partition in partitions)
        {
            Log.PartitionBegins(kafka.Log, name, partition);
            handler.Assigned(partition);
            assigned.Add(partition);
            foreach (var table in tables.Where(table => partition < table.Partitions))
            {
                table.Begin(partition);
                targets.Add(new TopicPartitionOffset(table.Topic, partition, Offset.Beginning));
            }
        }
        if (targets.Count == 0)
            return;
        TellCaughtUp(false);
        consumer.IncrementalAssign(targets);
    }

    private void Go(IReadOnlyList<int> partitions)
    {
        // A handler that failed is not asked again; and after a regular end all is said.
        if (isOver)
            return;
        Deliver();
        var ours = partitions.Where(assigned.Contains).ToList();
        if (ours.Count == 0)
            return;
        consumer.IncrementalUnassign(ours.SelectMany(partition => tables.Where(table => partition < table.Partitions && !table.IsDone(partition))
            .Select(table => new TopicPartition(table.Topic, partition))));
        foreach (var partition in ours)
        {
            assigned.Remove(partition);
            foreach (var table in tables.Where(table => partition < table.Partitions))
            {
                table.End(partition);
                kafka.Metrics.Dropped(table.Topic, partition);
            }
            handler.Revoked(partition);
            Log.PartitionEnds(kafka.Log, name, partition);
        }
    }

    private void Restart(IReadOnlyList<int> partitions, string reason)
    {
        foreach (var partition in partitions)
            Log.PartitionRestarts(kafka.Log, name, partition, reason);
        Go(partitions);
        Come(partitions);
    }

    private void NoticeCaughtUp(Table caughtUp, int partition)
    {
        if (caughtUp.IsDone(partition))
        {
            consumer.IncrementalUnassign([new TopicPartition(caughtUp.Topic, partition)]);
            kafka.Metrics.Dropped(caughtUp.Topic, partition);
        }
        var progress = tables.Select(table => table.Progress(partition)).OfType<PartitionProgress>().ToList();
        if (!progress.TrueForAll(one => one.IsCaughtUp))
            return;
        Log.PartitionCaughtUp(kafka.Log, name, partition, progress.Sum(one => one.Records));
        handler.CaughtUp(partition);
        NoticeAllCaughtUp();
    }

    private void NoticeAllCaughtUp()
    {
        if (allCaughtUp || membership is { IsSettled: false } || assigned.Any(IsBehind))
            return;
        TellCaughtUp(true);
        handler.AllCaughtUp();
    }

    private bool IsBehind(int partition) => tables.Any(table => table.Progress(partition) is { IsCaughtUp: false });

    private void TellCaughtUp(bool caughtUp)
    {
        allCaughtUp = caughtUp;
        tellCaughtUp(caughtUp);
    }

    private void ReportLag()
    {
        foreach (var table in tables)
        {
            foreach (var partition in assigned.Where(partition => table.Progress(partition) is { HasBegun: true } && !table.IsDone(partition)))
            {
                var end = consumer.EndOf(new TopicPartition(table.Topic, partition));
                if (end >= 0)
                    kafka.Metrics.Lag(table.Topic, partition, Math.Max(0, end - table.Progress(partition)!.Next));
            }
        }
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
