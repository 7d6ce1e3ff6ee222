using StockPipeline.Bench.Measure;
using StockPipeline.Testing.Kafka;

namespace StockPipeline.Bench.Broker;

/// <summary>How soon a record is there at the pace of a busy market. Each broker has the machine with its client alone, as for its users.</summary>
internal sealed class PaceSuite : ISuite
{
    public string Name => "broker-pace";

    public async Task RunAsync(Report report)
    {
        var own = await MeasureAsync(await BrokerProcess.StartAsync());
        report.Add("produced to consumed at 1,000/s, median", own.Median.TotalMilliseconds, "ms");
        report.Add("produced to consumed at 1,000/s, 99 %", own.High.TotalMilliseconds, "ms", Bar.AtMost(2));
        if (Kafka.IsMissing(report))
            return;
        var apache = await MeasureAsync(await ApacheKafka.StartAsync(isMeasured: true));
        report.Add("the same with Apache Kafka, median", apache.Median.TotalMilliseconds, "ms");
        report.Add("our 99 % beside Apache Kafka's", own.High.TotalMilliseconds, "ms", apache.High.TotalMilliseconds, Bar.AtMost(1));
    }

    private static async Task<(TimeSpan Median, TimeSpan High)> MeasureAsync(IKafkaBroker started)
    {
        await using var broker = started;
        await LoadTopic.ProvisionAsync(broker);
        // What was written before would be written back meanwhile.
        Machine.SettleDisk();
        return await new Pace(broker, LoadTopic.Name, LoadTopic.Partitions).RunAsync();
    }
}
