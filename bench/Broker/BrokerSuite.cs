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
        if (ApacheKafka.Home is null)
            report.Say($"{ApacheKafka.HomeVariable} is not set: the bars beside Apache Kafka are not looked at.");
        await PaceAsync(report);
        // Beside each other brokers are seen through librdkafka: the objects that Confluent.Kafka makes for a record cost several times what any
        // broker does for it, and what they leave in this process slows the floods after them.
        await FreshFloodsAsync(report);
        await WarmFloodsAsync(report);
        await new Footprint(ProvisionAsync).RunAsync(report);
    }

    /// <summary>
    /// What users of one machine meet: a broker that was just started, and the history of all shares that pours into it. Apache Kafka's
    /// bars are for this; after tens of millions of records its compiled code is as fast as the client, and no broker could be twice that.
    /// </summary>
    private async Task FreshFloodsAsync(Report report)
    {
        await using var mock = MockBroker.Start();
        var race = Librdkafka("librdkafka after a start");
        Lend? kafka = ApacheKafka.Home is null ? null : async use =>
        {
            await using var started = await ApacheKafka.StartAsync();
            await use(started);
        };
        for (var round = 0; round < Rounds; round++)
            await race.RunAsync(mock, OurOwnAsync, kafka);
        race.Report(report, new FloodBars(BesideKafka: Bar.AtLeast(2.0)), new FloodBars(BesideKafka: Bar.AtLeast(1.3)));

        static async Task OurOwnAsync(Func<IKafkaBroker, Task> use)
        {
            await using var started = await BrokerProcess.StartAsync();
            await use(started);
        }
    }

    private async Task WarmFloodsAsync(Report report)
    {
        await using var ours = await BrokerProcess.StartAsync();
        await using var kafka = ApacheKafka.Home is null ? null : await ApacheKafka.StartAsync();
        await using var mock = MockBroker.Start();
        var confluent = Confluent("Confluent.Kafka");
        var librdkafka = Librdkafka("librdkafka");
        await RunAsync(WarmUps);
        confluent.WarmedUp();
        librdkafka.WarmedUp();
        await RunAsync(Rounds);
        confluent.Report(
            report,
            new FloodBars(Rate: Bar.AtLeast(1_200_000), BesideClient: Bar.AtLeast(1_200_000 / ProduceAlone)),
            new FloodBars(Rate: Bar.AtLeast(1_500_000), BesideClient: Bar.AtLeast(1_500_000 / ConsumeAlone)));
        librdkafka.Report(report, new FloodBars(), new FloodBars());

        async Task RunAsync(int rounds)
        {
            for (var round = 0; round < rounds; round++)
            {
                await confluent.RunAsync(mock, use => use(ours), kafka is null ? null : use => use(kafka));
                await librdkafka.RunAsync(mock, use => use(ours), kafka is null ? null : use => use(kafka));
            }
        }
    }

    private FloodRace Confluent(string name) => Race(name, (broker, topic, partitions) => new ConfluentLoad(broker, topic, partitions));

    private FloodRace Librdkafka(string name) => Race(name, (broker, topic, partitions) => new LibrdkafkaLoad(broker, topic, partitions));

    private FloodRace Race(string client, Func<IKafkaBroker, string, int, ILoad> load) =>
        new(client, load, topic, (broker, wanted) => ProvisionAsync(broker, [wanted]));

    /// <summary>Each broker by itself, as users run it, and before the floods: what those leave the disk to write back would be measured.</summary>
    private async Task PaceAsync(Report report)
    {
        var own = await PaceAsync(await BrokerProcess.StartAsync());
        report.Add("produced to consumed at 1,000/s, median", own.Median.TotalMilliseconds, "ms");
        report.Add("produced to consumed at 1,000/s, 99 %", own.High.TotalMilliseconds, "ms", Bar.AtMost(2));
        if (ApacheKafka.Home is null)
            return;
        var apache = await PaceAsync(await ApacheKafka.StartAsync());
        report.Add("the same with Apache Kafka, median", apache.Median.TotalMilliseconds, "ms");
        report.Add("our 99 % beside Apache Kafka's", own.High.TotalMilliseconds, "ms", apache.High.TotalMilliseconds, Bar.AtMost(1));
    }

    private async Task<(TimeSpan Median, TimeSpan High)> PaceAsync(IKafkaBroker started)
    {
        await using var broker = started;
        await ProvisionAsync(broker, [topic]);
        Machine.SettleDisk();
        return await new Pace(broker, topic.Name, topic.Partitions).RunAsync();
    }

    private static Task ProvisionAsync(IKafkaBroker broker, IReadOnlyCollection<TopicDeclaration> topics)
    {
        var connection = new KafkaConnection { BootstrapServers = broker.BootstrapServers };
        var provisioner = new TopicProvisioner(connection, NullLogger<TopicProvisioner>.Instance, TimeProvider.System);
        return provisioner.ProvisionAsync(topics, recreate: true, CancellationToken.None);
    }
}
