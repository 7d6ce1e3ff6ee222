using StockPipeline.Testing.Kafka;

namespace StockPipeline.Bench.Broker;

/// <summary>What every flood has in common, whatever the client; the settings are part of the figures and the same for every broker.</summary>
internal static class Flood
{
    public const int RecordBytes = 150;

    /// <summary>
    /// Records on their way at most: some milliseconds of all that the client can send. With as many as it would take by itself, 100,000, its
    /// own memory no longer fits the processor's cache, which halves its pace: brokers cannot be told apart by it.
    /// </summary>
    public const int MaxUnanswered = 30_000;

    /// <summary>Idempotent, acks all, linger 5 ms, batches of up to a megabyte.</summary>
    public static Dictionary<string, string> Producer(IKafkaBroker broker) => new()
    {
        ["bootstrap.servers"] = broker.BootstrapServers,
        ["socket.nagle.disable"] = "true",
        ["acks"] = "all",
        ["enable.idempotence"] = "true",
        ["linger.ms"] = "5",
        ["queue.buffering.max.messages"] = $"{2 * MaxUnanswered}",
    };

    public static Dictionary<string, string> Consumer(IKafkaBroker broker) => new()
    {
        ["bootstrap.servers"] = broker.BootstrapServers,
        ["socket.nagle.disable"] = "true",
        ["group.id"] = "unused",
        ["enable.auto.commit"] = "false",
        ["enable.auto.offset.store"] = "false",
        // With the default of a second the client idles whenever its queue was full once.
        ["fetch.queue.backoff.ms"] = "5",
    };

    public static byte[] Value()
    {
        var value = new byte[RecordBytes];
        new Random(RecordBytes).NextBytes(value);
        return value;
    }

    /// <summary>Records per second.</summary>
    public static double Rate(int records, long started) => records / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
}
