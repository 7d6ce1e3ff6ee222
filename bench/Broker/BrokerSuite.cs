using Microsoft.Extensions.Logging.Abstractions;
using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Connections;
using StockPipeline.Contracts.Topics;
using StockPipeline.Streaming.Provisioning;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.Bench.Broker;

/// <summary>
/// Our broker through the public client, beside Apache Kafka where KAFKA_HOME names one, and beside what the client alone can do.
/// Client and broker share the machine.
/// </summary>
internal sealed class BrokerSuite : ISuite
{
    private const int Records = 2_000_000;

    /// <summary>As many as the mock broker keeps.</summary>
    private const int MockRead = 100_000;

    /// <summary>The mock broker decides on the number itself.</summary>
    private const int MockPartitions = 4;

    private const int WarmUps = 2;

    private const int Rounds = 5;

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
            var contenders = new Contenders(mock, ours, kafka);
            // The first rounds are for the compilers of all of them.
            for (var round = 0; round < WarmUps; round++)
                await RunAsync(contenders, $"warm-up-{round}");
            // Before the floods: what these leave the disk to write back would be measured here.
            await PaceAsync(report, ours, kafka);
            await FloodAsync(report, contenders);
        }
        await new Footprint(ProvisionAsync).RunAsync(report);
    }

    /// <summary>In turn, so that whatever else the machine does meets all alike; medians.</summary>
    private async Task FloodAsync(Report report, Contenders contenders)
    {
        var (client, own, apache) = (new List<Flood>(), new List<Flood>(), new List<Flood>());
        for (var round = 0; round < Rounds; round++)
        {
            var floods = await RunAsync(contenders, $"round-{round}");
            client.Add(floods.Client);
            own.Add(floods.Own);
            if (floods.Apache is { } flood)
                apache.Add(flood);
        }
        Report(report, "produce", 1_200_000, 2.0, client, own, apache, flood => flood.Produced);
        report.Add("produce, processor time of the broker", Median(own, flood => flood.ProduceTime), "ns/record");
        Report(report, "consume", 1_500_000, 1.3, client, own, apache, flood => flood.Consumed);
        report.Add("consume, processor time of the broker", Median(own, flood => flood.ConsumeTime), "ns/record");
    }

    private static void Report(
        Report report, string what, double bar, double ratio, List<Flood> client, List<Flood> own, List<Flood> apache, Func<Flood, double> figure)
    {
        report.Add($"{what}, our broker", Median(own, figure), "records/s", Bar.AtLeast(bar));
        report.Add($"{what}, our broker beside librdkafka's mock", Median(own, figure), "records/s", Median(client, figure));
        if (apache.Count == 0)
            return;
        report.Add($"{what}, Apache Kafka", Median(apache, figure), "records/s");
        report.Add($"{what}, our broker beside Apache Kafka", Median(own, figure), "records/s", Median(apache, figure), Bar.AtLeast(ratio));
    }

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

    private async Task<(Flood Client, Flood Own, Flood? Apache)> RunAsync(Contenders contenders, string round) => (
        Run(new Load(contenders.Mock, round, MockPartitions), MockRead),
        await RunAsync(contenders.Own, () => contenders.Own.ProcessorTime),
        contenders.Apache is { } apache ? await RunAsync(apache, () => TimeSpan.Zero) : null);

    private async Task<Flood> RunAsync(IKafkaBroker broker, Func<TimeSpan> processor)
    {
        await ProvisionAsync(broker, [topic]);
        var load = new Load(broker, topic.Name, topic.Partitions);
        var before = processor();
        var produced = load.Produce(Records);
        var between = processor();
        var consumed = load.Consume(Records);
        return new Flood(produced, consumed, (between - before).TotalNanoseconds / Records, (processor() - between).TotalNanoseconds / Records);
    }

    private static Flood Run(Load load, int read) => new(load.Produce(Records), load.Consume(read), 0, 0);

    private static Task ProvisionAsync(IKafkaBroker broker, IReadOnlyCollection<TopicDeclaration> topics)
    {
        var connection = new KafkaConnection { BootstrapServers = broker.BootstrapServers };
        var provisioner = new TopicProvisioner(connection, NullLogger<TopicProvisioner>.Instance, TimeProvider.System);
        return provisioner.ProvisionAsync(topics, recreate: true, CancellationToken.None);
    }

    private static double Median(List<Flood> floods, Func<Flood, double> figure) => floods.Select(figure).Order().ElementAt(floods.Count / 2);

    /// <summary>Brokers under the same load, one after another.</summary>
    private sealed record Contenders(MockBroker Mock, BrokerProcess Own, ApacheKafka? Apache);

    /// <param name="Produced">Records per second.</param>
    /// <param name="Consumed">Records per second.</param>
    /// <param name="ProduceTime">What the broker computed for a record, in nanoseconds.</param>
    /// <param name="ConsumeTime">The same for reading it.</param>
    private sealed record Flood(double Produced, double Consumed, double ProduceTime, double ConsumeTime);
}
