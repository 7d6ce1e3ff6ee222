using System.Globalization;
using Confluent.Kafka;
using StockPipeline.Testing.Soak;

namespace StockPipeline.SoakClient;

/// <summary>Writes the numbers 0, 1, 2 and so on to each partition at a steady pace, and writes down which are acknowledged.</summary>
internal static class ProducingClient
{
    private const int MostOutstanding = 20_000;

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(80);

    public static async Task<int> RunAsync(string servers, string life, int recordsPerSecond, Ledger ledger, CancellationToken stop)
    {
        string? failure = null;
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig
        {
            BootstrapServers = servers, EnableIdempotence = true, LingerMs = 2, ReconnectBackoffMs = 20, ReconnectBackoffMaxMs = 500,
        }).SetLogHandler((_, _) => { }).Build();
        var partitions = Partitions(servers);
        var started = TimeProvider.System.GetTimestamp();
        long sent = 0, done = 0;
        while (!stop.IsCancellationRequested && failure is null)
        {
            var due = (long)(TimeProvider.System.GetElapsedTime(started).TotalSeconds * recordsPerSecond);
            for (; sent < due && sent - Interlocked.Read(ref done) < MostOutstanding; sent++)
                Send((int)(sent % partitions), sent / partitions);
            await Task.Delay(Beat, TimeProvider.System, CancellationToken.None);
        }
        if (producer.Flush(Patience) > 0)
            failure ??= "not everything was acknowledged in time";
        if (failure is null)
            return 0;
        await Console.Error.WriteLineAsync(failure);
        return 1;

        void Send(int partition, long number) => producer.Produce(
            new TopicPartition(SoakTopic.Name, partition),
            new Message<Null, string> { Value = string.Create(CultureInfo.InvariantCulture, $"{life}:{number}") },
            report =>
            {
                Interlocked.Increment(ref done);
                if (report.Error.IsError)
                    failure ??= $"record {number} of partition {partition}: {report.Error}";
                else
                    ledger.Write(new LedgerEntry(LedgerFact.Acknowledged, partition, number));
            });
    }

    private static int Partitions(string servers)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers }).SetLogHandler((_, _) => { }).Build();
        return admin.GetMetadata(SoakTopic.Name, Patience).Topics[0].Partitions.Count;
    }
}
