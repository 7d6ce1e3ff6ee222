using StockPipeline.Bench.Measure;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.Bench.Broker;

/// <summary>
/// What users of one machine meet: a broker that was just started, and the history of all shares that pours into it. Apache Kafka's bars are for
/// this flood; after tens of millions of records it nearly keeps up with the client, and no broker could be twice as fast. Reading is
/// compared through librdkafka alone: the objects that Confluent.Kafka makes of a record cost several times what any broker does for it.
/// </summary>
internal sealed class FreshSuite : ISuite
{
    private const int Rounds = 5;

    public string Name => "broker-fresh";

    public async Task RunAsync(Report report)
    {
        await using var mock = MockBroker.Start();
        var confluent = new FloodRace("Confluent.Kafka", (broker, topic, partitions) => new ConfluentLoad(broker, topic, partitions));
        var librdkafka = new FloodRace("librdkafka", (broker, topic, partitions) => new LibrdkafkaLoad(broker, topic, partitions));
        Lend ours = async use =>
        {
            await using var started = await BrokerProcess.StartAsync();
            await use(started);
        };
        Lend? apache = Kafka.IsMissing(report) ? null : async use =>
        {
            await using var started = await ApacheKafka.StartAsync(isMeasured: true);
            await use(started);
        };
        for (var round = 0; round < Rounds; round++)
        {
            await confluent.RunAsync(mock, ours, apache);
            await librdkafka.RunAsync(mock, ours, apache);
        }
        confluent.Report(report, new FloodBars(BesideKafka: Bar.AtLeast(2.0)), new FloodBars());
        librdkafka.Report(report, new FloodBars(BesideKafka: Bar.AtLeast(2.0)), new FloodBars(BesideKafka: Bar.AtLeast(1.3)));
    }
}
