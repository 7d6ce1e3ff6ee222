using StockPipeline.Bench.Measure;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.Bench.Broker;

/// <summary>
/// Brokers under the same flood of one client, in turn, so that whatever else the machine does meets all alike; medians of the rounds.
/// </summary>
/// <param name="client">What the client is called.</param>
/// <param name="load">The client on a topic of that name with so many partitions.</param>
internal sealed class FloodRace(string client, Func<IKafkaBroker, string, int, ILoad> load)
{
    private const int Records = 2_000_000;

    /// <summary>As many as the mock broker keeps.</summary>
    private const int MockRead = 100_000;

    /// <summary>The mock broker decides on the number itself.</summary>
    private const int MockPartitions = 4;

    private readonly List<Round> rounds = [];

    /// <summary>One round; without Apache Kafka where there is none.</summary>
    public async Task RunAsync(MockBroker mock, Lend ours, Lend? kafka)
    {
        Machine.WarmMemory();
        var flood = load(mock, $"{client}-{rounds.Count}", MockPartitions);
        var alone = new Pass(flood.Produce(Records), flood.Consume(MockRead), 0, 0);
        // Who comes second finds the machine as the first left it: they take turns at that.
        var apacheFirst = rounds.Count % 2 == 1 ? await FloodAsync(kafka) : null;
        var own = await FloodAsync(ours);
        rounds.Add(new Round(alone, own!, apacheFirst ?? await FloodAsync(kafka)));
    }

    /// <summary>Forgets the rounds so far: they were for the compilers of all of them.</summary>
    public void WarmedUp() => rounds.Clear();

    public void Report(Report report, FloodBars produce, FloodBars consume)
    {
        Report(report, "produce", produce, pass => pass.Produced, pass => pass.ProduceTime);
        Report(report, "consume", consume, pass => pass.Consumed, pass => pass.ConsumeTime);
    }

    private void Report(Report report, string what, FloodBars bars, Func<Pass, double> rate, Func<Pass, double> time)
    {
        var own = Median(round => rate(round.Own));
        report.Add($"{what} with {client}, our broker", own, "records/s", bars.Rate);
        var alone = Median(round => rate(round.Alone));
        report.Add($"{what} with {client}, beside the client alone", own, "records/s", alone, bars.BesideClient);
        report.Add($"{what} with {client}, processor time of our broker", Median(round => time(round.Own)), "ns/record");
        if (rounds.Exists(round => round.Apache is null))
            return;
        var apache = Median(round => rate(round.Apache!));
        report.Add($"{what} with {client}, Apache Kafka", apache, "records/s");
        // What a broker that costs nothing would reach: no ratio beyond it can be had on this machine.
        report.Add($"{what} with {client}, the client alone beside Apache Kafka", alone, "records/s", apache);
        report.Add($"{what} with {client}, ours beside Apache Kafka", own, "records/s", apache, bars.BesideKafka);
    }

    /// <summary>Null where there is no such broker.</summary>
    private async Task<Pass?> FloodAsync(Lend? lend)
    {
        Pass? pass = null;
        await (lend?.Invoke(async broker => pass = await FloodAsync(broker)) ?? Task.CompletedTask);
        return pass;
    }

    private async Task<Pass> FloodAsync(IKafkaBroker broker)
    {
        await LoadTopic.ProvisionAsync(broker);
        // What the flood before left the disk to write back is not measured here.
        Machine.SettleDisk();
        Machine.WarmMemory();
        var flood = load(broker, LoadTopic.Name, LoadTopic.Partitions);
        var before = ProcessorTime(broker);
        var produced = flood.Produce(Records);
        var between = ProcessorTime(broker);
        var consumed = flood.Consume(Records);
        var after = ProcessorTime(broker);
        return new Pass(produced, consumed, (between - before).TotalNanoseconds / Records, (after - between).TotalNanoseconds / Records);
    }

    private static TimeSpan ProcessorTime(IKafkaBroker broker) => broker is BrokerProcess ours ? ours.ProcessorTime : TimeSpan.Zero;

    private double Median(Func<Round, double> figure) => rounds.Select(figure).Order().ElementAt(rounds.Count / 2);

    /// <summary>Alone is the client with a broker that costs nearly nothing.</summary>
    private sealed record Round(Pass Alone, Pass Own, Pass? Apache);

    /// <param name="Produced">Records per second.</param>
    /// <param name="Consumed">Records per second.</param>
    /// <param name="ProduceTime">What the broker computed for a record, in nanoseconds.</param>
    /// <param name="ConsumeTime">The same for reading it.</param>
    private sealed record Pass(double Produced, double Consumed, double ProduceTime, double ConsumeTime);
}
