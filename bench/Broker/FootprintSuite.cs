using StockPipeline.Bench.Measure;
using StockPipeline.Contracts.Topics;
using StockPipeline.Testing;

namespace StockPipeline.Bench.Broker;

/// <summary>What our broker takes of the machine when nothing happens, and how soon it is back.</summary>
internal sealed class FootprintSuite : ISuite
{
    private const double MaxResident = 100;

    /// <summary>Megabytes that one process is larger than another for no reason.</summary>
    private const double Chance = 8;

    private const int Gigabyte = 1_000_000_000;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    public string Name => "broker-footprint";

    public async Task RunAsync(Report report)
    {
        using var folder = new TempFolder();
        var data = folder.File("data");
        await using (var broker = await BrokerProcess.StartAsync(data))
            await LoadTopic.ProvisionAsync(broker, PipelineTopics.Default.All);

        double idle;
        await using (var broker = await BrokerProcess.StartAsync(data))
        {
            idle = await RestAsync(broker);
            report.Add("resident when idle, with the pipeline's topics", idle, "MB", Bar.AtMost(MaxResident));
            var topic = PipelineTopics.Default.HistoryAction;
            new ConfluentLoad(broker, topic.Name, topic.Partitions).Produce(Gigabyte / Flood.RecordBytes);
            report.Add("resident at rest, after 1 GB was produced", await RestAsync(broker), "MB");
            await broker.EndAsync(ChildProcess.Kill);
        }
        await using (var broker = await BrokerProcess.StartAsync(data))
        {
            report.Add("start with 1 GB of log, after a kill", broker.StartTime.TotalSeconds, "s", Bar.AtMost(2));
        }
        await using (var broker = await BrokerProcess.StartAsync(data))
        {
            report.Add("start with 1 GB of log, after a stop", broker.StartTime.TotalSeconds, "s", Bar.AtMost(2));
            var full = await RestAsync(broker);
            report.Add("resident when idle, with 1 GB of log", full, "MB", Bar.AtMost(MaxResident));
            report.Add("what 1 GB of log adds to it", full - idle, "MB", Bar.AtMost(Chance));
        }
    }

    private static async Task<double> RestAsync(BrokerProcess broker)
    {
        await Task.Delay(Rest, TimeProvider.System);
        return broker.ResidentMegabytes;
    }
}
