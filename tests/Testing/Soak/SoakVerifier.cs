using System.Globalization;
using Confluent.Kafka;

namespace StockPipeline.Testing.Soak;

/// <summary>Reads a soak's whole topic and compares it with the ledgers.</summary>
internal sealed class SoakVerifier(string bootstrapServers, int partitions)
{
    private const int MostFaults = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly List<string> faults = [];

    public IReadOnlyList<string> Faults => faults;

    public long Acknowledged { get; private set; }

    public long Written { get; private set; }

    /// <summary>
    /// What each producer wrote must stand in each partition as 0, 1, 2 and so on, at least up to the last one acknowledged: then
    /// everything acknowledged is there, once and in order.
    /// </summary>
    public void VerifyRecords(IEnumerable<(int Life, string Ledger)> producers)
    {
        var written = new Dictionary<(int Life, int Partition), long>();
        for (var partition = 0; partition < partitions; partition++)
            ReadPartition(partition, written);
        foreach (var (life, ledger) in producers)
        {
            foreach (var entry in Ledger.Read(ledger))
            {
                Acknowledged++;
                if (entry.Number > written.GetValueOrDefault((life, entry.Partition), -1))
                    Fault($"record {entry.Number} of producer {life} in partition {entry.Partition} was acknowledged and is not there");
            }
        }
    }

    /// <summary>Every record must have come to some member of the group.</summary>
    public void VerifyReading(IEnumerable<string> ledgers)
    {
        var ends = Ends();
        var seen = ends.Select(end => new bool[end]).ToArray();
        foreach (var entry in ledgers.SelectMany(Ledger.Read).Where(entry => entry.Fact == LedgerFact.Read))
        {
            if (entry.Number < seen[entry.Partition].Length)
                seen[entry.Partition][entry.Number] = true;
            else
                Fault($"offset {entry.Number} of partition {entry.Partition} was read and is not there");
        }
        for (var partition = 0; partition < partitions; partition++)
        {
            if (seen[partition].Count(was => !was) is var missed and > 0)
                Fault($"{missed} records of partition {partition} came to no member of the group");
        }
    }

    /// <summary>A commit that was acknowledged is not forgotten.</summary>
    public void VerifyCommits(IEnumerable<string> ledgers)
    {
        var acknowledged = new long[partitions];
        foreach (var entry in ledgers.SelectMany(Ledger.Read).Where(entry => entry.Fact == LedgerFact.Committed))
            acknowledged[entry.Partition] = Math.Max(acknowledged[entry.Partition], entry.Number);
        // Asked after the ledgers are read, for members go on committing.
        var committed = Committed();
        for (var partition = 0; partition < partitions; partition++)
        {
            if (acknowledged[partition] > committed[partition])
                Fault($"offset {acknowledged[partition]} of partition {partition} was committed, and the group goes on from {committed[partition]}");
        }
    }

    /// <summary>Whether the group has read everything there is.</summary>
    public bool IsDrained() => Committed().SequenceEqual(Ends());

    private void ReadPartition(int partition, Dictionary<(int Life, int Partition), long> written)
    {
        using var consumer = Consumer();
        consumer.Assign(new TopicPartitionOffset(SoakTopic.Name, partition, Offset.Beginning));
        while (consumer.Consume(Patience) is { IsPartitionEOF: false } record)
        {
            var parts = record.Message.Value.Split(':');
            var life = (int.Parse(parts[0], CultureInfo.InvariantCulture), partition);
            var number = long.Parse(parts[1], CultureInfo.InvariantCulture);
            var expected = written.GetValueOrDefault(life, -1) + 1;
            if (number != expected)
                Fault($"at {record.TopicPartitionOffset} stands record {number} of producer {life.Item1} where {expected} belongs");
            written[life] = number;
            Written++;
        }
    }

    private long[] Ends()
    {
        using var consumer = Consumer();
        return [.. Topic().Select(partition => consumer.QueryWatermarkOffsets(partition, Patience).High.Value)];
    }

    private long[] Committed()
    {
        using var consumer = Consumer();
        var offsets = consumer.Committed(Topic(), Patience).ToDictionary(one => one.Partition.Value, one => Math.Max(one.Offset.Value, 0));
        return [.. Enumerable.Range(0, partitions).Select(partition => offsets[partition])];
    }

    private IEnumerable<TopicPartition> Topic() =>
        Enumerable.Range(0, partitions).Select(partition => new TopicPartition(SoakTopic.Name, partition));

    private IConsumer<Null, string> Consumer() => new ConsumerBuilder<Null, string>(new ConsumerConfig
    {
        BootstrapServers = bootstrapServers, GroupId = SoakTopic.Group, EnableAutoCommit = false, EnablePartitionEof = true,
    }).SetLogHandler((_, _) => { }).Build();

    private void Fault(string what)
    {
        if (faults.Count < MostFaults)
            faults.Add(what);
    }
}
