using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.Bench.Broker;

/// <summary>
/// Our broker through the public clients, beside Apache Kafka where KAFKA_HOME names one, and beside what each client alone can do.
/// Client and broker share the machine.
/// </summary>
internal sealed class BrokerSuite : ISuite
{
    private const int WarmUps = 2;

    private const int Rounds = 5;

    /// <summary>What Confluent.Kafka did alone where its bars were set: rates move between machines, what a client leaves over hardly does.</summary>
    private const double ProduceAlone = 1_800_000;

    private const double ConsumeAlone = 1_850_000;

    private readonly TopicDeclaration topic = new()
    {
        Name = "load",
        Partitions = PipelineTopics.SeriesPartitions,
        Policy = CleanupPolicy.Delete,
        Key = "none",
        Records = [],
        RecreatedAtInit = true,
    };

    public string Name => "broker";

    public async Task RunAsync(Report report)
    {
        await using (var ours = await BrokerProcess.StartAsync())
        await using (var kafka = ApacheKafka.Home is null ? null : await ApacheKafka.StartAsync())
        await using (var mock = MockBroker.Start())
        {
            if (kafka is null)
                report.Say($"{ApacheKafka.HomeVariable} is not set: the bars beside Apache Kafka are not looked at.");
            var confluent = Race("Confluent.Kafka", (broker, name, partitions) => new ConfluentLoad(broker, name, partitions));
            var librdkafka = Race("librdkafka", (broker, name, partitions) => new LibrdkafkaLoad(broker, name, partitions));
            await RunAsync(WarmUps);
            confluent.WarmedUp();
            librdkafka.WarmedUp();
            // Before most of the floods: what these leave the disk to write back would be measured here.
            Machine.SettleDisk();
            await PaceAsync(report, ours, kafka);
            await RunAsync(Rounds);
            confluent.Report(
                report,
                new FloodBars(Rate: Bar.AtLeast(1_200_000), BesideClient: Bar.AtLeast(1_200_000 / ProduceAlone)),
                new FloodBars(Rate: Bar.AtLeast(1_500_000), BesideClient: Bar.AtLeast(1_500_000 / ConsumeAlone)));
            // The objects that Confluent.Kafka makes for a record cost several times what any broker does for it; beside each other brokers
            // are seen through the client that makes none.
            librdkafka.Report(report, new FloodBars(BesideKafka: Bar.AtLeast(2.0)), new FloodBars(BesideKafka: Bar.AtLeast(1.3)));

            async Task RunAsync(int rounds)
            {
                for (var round = 0; round < rounds; round++)
                {
                    await confluent.RunAsync(mock, ours, kafka);
                    await librdkafka.RunAsync(mock, ours, kafka);
                }
            }
        }
        await new Footprint(ProvisionAsync).RunAsync(report);
    }

    private FloodRace Race(string client, Func<IKafkaBroker, string, int, ILoad> load) =>
        new(client, load, topic, (broker, wanted) => ProvisionAsync(broker, [wanted]));

    private async Task PaceAsync(Report report, BrokerProcess ours, ApacheKafka? kafka)
    {
        await ProvisionAsync(ours, [topic]);
        var own = await new Pace(ours, topic.Name, topic.Partitions).RunAsync();
        report.Add("produced to consumed at 1,000/s, median", own.Median.TotalMilliseconds, "ms");
        report.Add("produced to consumed at 1,000/s, 99 %", own.High.TotalMilliseconds, "ms", Bar.AtMost(2));
        if (kafka is null)
            return;
        await ProvisionAsync(kafka, [topic]);
        var apache = await new Pace(kafka, topic.Name, topic.Partitions).RunAsync();
        report.Add("the same with Apache Kafka, median", apache.Median.TotalMilliseconds, "ms");
        report.Add("our 99 % beside Apache Kafka's", own.High.TotalMilliseconds, "ms", apache.High.TotalMilliseconds, Bar.AtMost(1));
    }

    private static Task ProvisionAsync(IKafkaBroker broker, IReadOnlyCollection<TopicDeclaration> topics)
    {
        var connection = new KafkaConnection { BootstrapServers = broker.BootstrapServers };
        var provisioner = new TopicProvisioner(connection, NullLogger<TopicProvisioner>.Instance, TimeProvider.System);
        return provisioner.ProvisionAsync(topics, recreate: true, CancellationToken.None);
    }
}
