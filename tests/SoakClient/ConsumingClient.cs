using Confluent.Kafka;
using StockPipeline.Testing.Soak;

namespace StockPipeline.SoakClient;

/// <summary>A member of the group, which writes down what it reads and what it has committed.</summary>
internal static class ConsumingClient
{
    private const int RecordsBetweenCommits = 200;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    public static int Run(string servers, Ledger ledger, CancellationToken stop)
    {
        using var consumer = new ConsumerBuilder<Null, string>(new ConsumerConfig
        {
            BootstrapServers = servers,
            GroupId = SoakTopic.Group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            SessionTimeoutMs = 6_000,
            HeartbeatIntervalMs = 500,
            ReconnectBackoffMs = 20,
            ReconnectBackoffMaxMs = 500,
        }).SetLogHandler((_, _) => { }).Build();
        consumer.Subscribe(SoakTopic.Name);
        var uncommitted = 0;
        while (!stop.IsCancellationRequested)
        {
            var record = Next(consumer);
            if (record is not null)
                ledger.Write(new LedgerEntry(LedgerFact.Read, record.Partition.Value, record.Offset.Value));
            uncommitted += record is null ? 0 : 1;
            if (uncommitted >= RecordsBetweenCommits || (record is null && uncommitted > 0))
            {
                var commits = Commit(consumer);
                foreach (var committed in commits)
                    ledger.Write(new LedgerEntry(LedgerFact.Committed, committed.Partition.Value, committed.Offset.Value));
                uncommitted = commits.Count > 0 ? 0 : uncommitted;
            }
        }
        consumer.Close();
        return 0;
    }

    /// <summary>The next record; null where none came, also because the broker is away.</summary>
    private static ConsumeResult<Null, string>? Next(IConsumer<Null, string> consumer)
    {
        try
        {
            return consumer.Consume(Moment);
        }
        catch (ConsumeException away) when (!away.Error.IsFatal)
        {
            return null;
        }
    }

    /// <summary>What is committed for certain: nothing where the broker is away or the group moves on.</summary>
    private static List<TopicPartitionOffset> Commit(IConsumer<Null, string> consumer)
    {
        try
        {
            return consumer.Commit();
        }
        catch (KafkaException)
        {
            return [];
        }
    }
}
