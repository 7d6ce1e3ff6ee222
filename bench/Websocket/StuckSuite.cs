using StockPipeline.Bench.Measure;

namespace StockPipeline.Bench.Websocket;

/// <summary>What clients that read nothing cost the others: two broadcasters in turn, one of them with such clients.</summary>
internal sealed class StuckSuite : ISuite
{
    private const int Rate = 1_100;
    private const int StuckClients = 20;

    /// <summary>So long that what the stuck ones have not taken fills every buffer there is, and is conflated.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    public string Name => "websocket-stuck";

    public async Task RunAsync(Report report)
    {
        await using var without = await Fanout.OursAsync();
        await using var with = await Fanout.OursAsync(StuckClients);
        await without.StretchAsync(Rate, WarmUp);
        await with.StretchAsync(Rate, WarmUp);
        var rounds = new Rounds(7, TimeSpan.FromSeconds(3));
        await rounds.RunAsync(Rate, without, with);
        foreach (var (server, name) in new[] { (without, "none stuck"), (with, $"{StuckClients} stuck") })
        {
            report.Add($"{Rate} messages/s to {Fanout.Clients}, {name}, p50", rounds.Median(server, stretch => stretch.Heard.P50), "ms");
            report.Add("  p99", rounds.Median(server, stretch => stretch.Heard.P99), "ms");
            report.Add("  processor for one frame", rounds.Median(server, stretch => stretch.Processor), "us");
        }
        report.AddRatio("  p99 beside none", rounds.MedianRatio(with, without, stretch => stretch.Heard.P99), Bar.AtMost(1.25));
        report.AddRatio("  processor beside none", rounds.MedianRatio(with, without, stretch => stretch.Processor), Bar.AtMost(1.25));
        report.Add("  resident then", with.Resident, "MiB", Bar.AtMost(150));
    }
}
