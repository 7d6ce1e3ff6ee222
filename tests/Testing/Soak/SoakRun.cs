using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace StockPipeline.Testing.Soak;

/// <summary>
/// Producers and a consumer group work against a broker, all of them processes, and one after the other is killed with kill -9 and
/// replaced. At the end everything that was acknowledged is looked for.
/// </summary>
public sealed class SoakRun : IAsyncDisposable
{
    private static readonly TimeSpan DrainPatience = TimeSpan.FromMinutes(2);

    private readonly SoakPlan plan;
    private readonly Action<string> say;
    private readonly Random random;
    private readonly TempFolder folder = new();
    private readonly MortalBroker broker;
    private readonly MortalClient[] producers;
    private readonly MortalClient[] consumers;
    private readonly List<(int Life, string Ledger)> producerLedgers = [];
    private readonly List<string> consumerLedgers = [];
    private readonly List<string> faults = [];
    private int lives;
    private int brokerDeaths;
    private int producerDeaths;
    private int consumerDeaths;

    private SoakRun(SoakPlan plan, Action<string> say)
    {
        (this.plan, this.say, random) = (plan, say, new Random(plan.Seed));
        broker = new MortalBroker(folder);
        (producers, consumers) = (new MortalClient[plan.Producers], new MortalClient[plan.Consumers]);
    }

    public static async Task<SoakOutcome> RunAsync(SoakPlan plan, Action<string> say)
    {
        await using var run = new SoakRun(plan, say);
        return await run.RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in producers.Concat(consumers).Where(client => client is not null))
            await client.DisposeAsync();
        await broker.DisposeAsync();
        folder.Dispose();
    }

    private async Task<SoakOutcome> RunAsync()
    {
        await broker.StartAsync();
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.BootstrapServers }).Build())
            await admin.CreateTopicsAsync([new TopicSpecification { Name = SoakTopic.Name, NumPartitions = plan.Partitions, ReplicationFactor = 1 }]);
        for (var place = 0; place < producers.Length; place++)
            StartProducer(place);
        for (var place = 0; place < consumers.Length; place++)
            StartConsumer(place);

        var started = TimeProvider.System.GetTimestamp();
        for (var death = 0; death < plan.Deaths || TimeProvider.System.GetElapsedTime(started) < plan.Duration; death++)
        {
            await WorkAsync(random.Next(1, plan.RecordsBetweenDeaths));
            await KillAsync(death);
        }
        await WorkAsync(1);

        return await FinishAsync();
    }

    /// <summary>Waits until so many more records are acknowledged.</summary>
    private async Task WorkAsync(int records)
    {
        var enough = Acknowledged() + records;
        await Eventually.SeeAsync(
            () =>
            {
                RequireAllAlive();
                return Acknowledged();
            },
            acknowledged => acknowledged >= enough);
    }

    private long Acknowledged() => producerLedgers.Sum(one => Ledger.CountOf(one.Ledger));

    /// <summary>Nobody ends but by our hand: a client that gave up was failed by the broker.</summary>
    private void RequireAllAlive()
    {
        if (producers.Concat(consumers).Select(client => client.Complaint).FirstOrDefault(complaint => complaint is not null) is { } ended)
            throw new InvalidOperationException(ended);
    }

    // The first deaths are one of each kind, so that a short run has them all.
    private Task KillAsync(int death) => (death < 3 ? death : random.Next(4)) switch
    {
        0 => KillConsumerAsync(random.Next(consumers.Length)),
        1 => KillProducerAsync(random.Next(producers.Length)),
        _ => KillBrokerAsync(),
    };

    private async Task KillBrokerAsync()
    {
        brokerDeaths++;
        await broker.DieAsync();
        await broker.StartAsync();
        var verifier = new SoakVerifier(broker.BootstrapServers, plan.Partitions);
        verifier.VerifyCommits(consumerLedgers);
        faults.AddRange(verifier.Faults);
    }

    private async Task KillProducerAsync(int place)
    {
        producerDeaths++;
        await producers[place].DieAsync();
        StartProducer(place);
    }

    private async Task KillConsumerAsync(int place)
    {
        consumerDeaths++;
        await consumers[place].DieAsync();
        StartConsumer(place);
    }

    private void StartProducer(int place)
    {
        producers[place] = MortalClient.StartProducer(folder, broker.BootstrapServers, ++lives, plan.RecordsPerSecond / plan.Producers);
        producerLedgers.Add((producers[place].Life, producers[place].LedgerPath));
    }

    private void StartConsumer(int place)
    {
        consumers[place] = MortalClient.StartConsumer(folder, broker.BootstrapServers, ++lives);
        consumerLedgers.Add(consumers[place].LedgerPath);
    }

    private async Task<SoakOutcome> FinishAsync()
    {
        await Task.WhenAll(producers.Select(producer => producer.StopAsync()));
        await Eventually.TrueAsync(new SoakVerifier(broker.BootstrapServers, plan.Partitions).IsDrained, DrainPatience);
        await Task.WhenAll(consumers.Select(consumer => consumer.StopAsync()));
        // What is verified is what a last death left.
        await KillBrokerAsync();
        var verifier = new SoakVerifier(broker.BootstrapServers, plan.Partitions);
        verifier.VerifyRecords(producerLedgers);
        verifier.VerifyReading(consumerLedgers);
        verifier.VerifyCommits(consumerLedgers);
        var outcome = new SoakOutcome
        {
            Acknowledged = verifier.Acknowledged,
            Written = verifier.Written,
            BrokerDeaths = brokerDeaths,
            ProducerDeaths = producerDeaths,
            ConsumerDeaths = consumerDeaths,
            SlowestStart = broker.SlowestStart,
            Faults = [.. faults, .. verifier.Faults],
        };
        say($"{outcome.Acknowledged} records acknowledged, {outcome.Written} written; killed: broker {brokerDeaths} times, producers "
            + $"{producerDeaths}, consumers {consumerDeaths}; slowest start {outcome.SlowestStart.TotalSeconds:F1} s");
        return outcome;
    }
}
