using System.Runtime.InteropServices;
using StockPipeline.Testing.Kafka;
using static StockPipeline.Bench.Broker.Librdkafka;

namespace StockPipeline.Bench.Broker;

/// <summary>
/// The same flood through librdkafka itself, the C client under Confluent.Kafka. Per record it costs a fraction of what the objects around
/// it do, so that two brokers can be told apart by it.
/// </summary>
internal sealed unsafe class LibrdkafkaLoad(IKafkaBroker broker, string topic, int partitions) : ILoad
{
    private const int Batch = 1_000;
    private const int WaitMilliseconds = 1;

    private static int answered;
    private static int failed;

    public double Produce(int records)
    {
        (answered, failed) = (0, 0);
        var client = Create(ProducerType, Flood.Producer(broker), &Count);
        var target = Topic(client, topic, 0);
        try
        {
            return Produce(client, target, records);
        }
        finally
        {
            CloseTopic(target);
            Close(client);
        }
    }

    public double Consume(int records)
    {
        var client = Create(ConsumerType, Flood.Consumer(broker), null);
        var (source, queue) = (Topic(client, topic, 0), Queue(client));
        try
        {
            for (var partition = 0; partition < partitions; partition++)
                if (StartReading(source, partition, FromBeginning, queue) != 0)
                    throw new InvalidOperationException($"Partition {partition} cannot be read.");
            var rate = Read(queue, records);
            for (var partition = 0; partition < partitions; partition++)
                _ = StopReading(source, partition);
            return rate;
        }
        finally
        {
            CloseQueue(queue);
            CloseTopic(source);
            Close(client);
        }
    }

    private double Produce(nint client, nint target, int records)
    {
        var value = Flood.Value();
        fixed (byte* bytes = value)
        {
            Send(target, bytes, 0, partitions);
            while (answered < partitions)
                _ = Poll(client, WaitMilliseconds);
            var started = TimeProvider.System.GetTimestamp();
            for (var sent = partitions; sent < records; sent += Batch)
            {
                Send(target, bytes, sent, Math.Min(Batch, records - sent));
                _ = Poll(client, 0);
                while (sent - answered >= Flood.MaxUnanswered)
                    _ = Poll(client, WaitMilliseconds);
            }
            while (answered < records)
                _ = Poll(client, WaitMilliseconds);
            return failed == 0
                ? Flood.Rate(records - partitions, started)
                : throw new InvalidOperationException($"{failed} records were not acknowledged.");
        }
    }

    private void Send(nint target, byte* value, int first, int count)
    {
        var batch = stackalloc Record[Batch];
        for (var record = 0; record < count; record++)
            batch[record] = new Record { Partition = (first + record) % partitions, Value = value, Length = Flood.RecordBytes };
        if (Librdkafka.Produce(target, 0, CopyValue | OwnPartitions, batch, count) != count)
            throw new InvalidOperationException("The client does not take more records.");
    }

    private static double Read(nint queue, int records)
    {
        var taken = stackalloc Record*[Batch];
        var started = 0L;
        for (var seen = 0; seen < records;)
        {
            var count = (int)Librdkafka.Read(queue, WaitMilliseconds, taken, Batch);
            if (seen == 0 && count > 0)
                started = TimeProvider.System.GetTimestamp();
            for (var record = 0; record < count; record++)
            {
                if (taken[record]->Error != 0 || taken[record]->Length != Flood.RecordBytes)
                    throw new InvalidOperationException($"Error {taken[record]->Error}, or a record of {taken[record]->Length} bytes.");
                Free(taken[record]);
            }
            seen += count;
        }
        return Flood.Rate(records, started);
    }

    /// <summary>Called by <see cref="Poll"/> on the thread that sends.</summary>
    [UnmanagedCallersOnly]
    private static void Count(nint client, Record* record, nint opaque)
    {
        answered++;
        failed += record->Error != 0 ? 1 : 0;
    }
}
