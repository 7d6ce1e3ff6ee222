using StockPipeline.Bench.Measure;
using StockPipeline.Testing;
using StockPipeline.Testing.Soak;

namespace StockPipeline.Bench.Soak;

/// <summary>
/// Ten minutes in which broker, producers and consumers are killed at random under load; nothing acknowledged may be lost, doubled or moved.
/// </summary>
public sealed class SoakSuite : ISuite
{
    private const int RecordsPerSecond = 2_000;
    private const int MostSecondsBetweenDeaths = 8;

    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(10);

    public string Name => "soak";

    public async Task RunAsync(Report report)
    {
        var outcome = await SoakRun.RunAsync(
            new SoakPlan
            {
                Seed = Seed.Next(Console.WriteLine),
                Deaths = 0,
                Duration = Duration,
                RecordsPerSecond = RecordsPerSecond,
                RecordsBetweenDeaths = RecordsPerSecond * MostSecondsBetweenDeaths,
            },
            Console.WriteLine);

        foreach (var fault in outcome.Faults)
            Console.WriteLine(fault);
        report.Add("records acknowledged", outcome.Acknowledged, "");
        report.Add("records written", outcome.Written, "");
        report.Add("broker killed", outcome.BrokerDeaths, "times");
        report.Add("producers killed", outcome.ProducerDeaths, "times");
        report.Add("consumers killed", outcome.ConsumerDeaths, "times");
        report.Add("slowest start after a kill", outcome.SlowestStart.TotalSeconds, "s");
        report.Add("acknowledged records lost, doubled or moved", outcome.Faults.Count, "", Bar.AtMost(0));
    }
}
