using StockPipeline.Bench.Measure;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.Bench.Broker;

/// <summary>Brokers that have been at work for long, through the public clients, and beside what each client alone can do.</summary>
internal sealed class FloodSuite : ISuite
{
    private const int WarmUps = 2;

    private const int Rounds = 5;

    /// <summary>What Confluent.Kafka did alone where its bars were set: rates move between machines, what a client leaves over hardly does.</summary>
    private const double ProduceAlone = 1_800_000;

    private const double ConsumeAlone = 1_850_000;

    public string Name => "broker-flood";

    public async Task RunAsync(Report report)
    {
        await using var mock = MockBroker.Start();
        await using var ours = await BrokerProcess.StartAsync();
        await using var apache = Kafka.IsMissing(report) ? null : await ApacheKafka.StartAsync(isMeasured: true);
        Lend lendOurs = use => use(ours);
        Lend? lendApache = apache is null ? null : use => use(apache);
        var confluent = new FloodRace("Confluent.Kafka", (broker, topic, partitions) => new ConfluentLoad(broker, topic, partitions));
        var librdkafka = new FloodRace("librdkafka", (broker, topic, partitions) => new LibrdkafkaLoad(broker, topic, partitions));
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
                await confluent.RunAsync(mock, lendOurs, lendApache);
                await librdkafka.RunAsync(mock, lendOurs, lendApache);
            }
        }
    }
}
