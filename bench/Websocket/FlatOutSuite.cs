using StockPipeline.Bench.Measure;

namespace StockPipeline.Bench.Websocket;

/// <summary>Ever more messages a second to a thousand clients, until they come late; and as many as node's <c>ws</c> can.</summary>
internal sealed class FlatOutSuite : ISuite
{
    private const double LatestP99 = 20;

    private static readonly int[] Rates = [1_100, 2_000, 4_000];
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public string Name => "websocket-flat-out";

    public async Task RunAsync(Report report)
    {
        var rounds = new Rounds(5, TimeSpan.FromSeconds(3));
        await using var node = await Fanout.NodeAsync(report);
        if (node is not null)
        {
            await rounds.RunAsync(0, node);
            Say(report, "node ws, as fast as the clients take them", node, rounds);
            report.Add("  resident then", node.Resident, "MiB");
        }
        await using var ours = await Fanout.OursAsync();
        await ours.StretchAsync(Rates[0], WarmUp);
        var best = 0.0;
        foreach (var rate in Rates)
        {
            await rounds.RunAsync(rate, ours);
            Say(report, $"ours, {rate} messages/s to {Fanout.Clients}", ours, rounds);
            if (rounds.Median(ours, stretch => stretch.Heard.P99) < LatestP99)
                best = Math.Max(best, rounds.Median(ours, stretch => stretch.Heard.FramesPerSecond));
        }
        report.Add($"ours, most on one core with p99 below {LatestP99} ms", best, "frames/s", Bar.AtLeast(1_000_000));
        report.Add("  resident then", ours.Resident, "MiB", Bar.AtMost(150));
    }

    private static void Say(Report report, string what, Fanout server, Rounds rounds)
    {
        report.Add(what, rounds.Median(server, stretch => stretch.Heard.FramesPerSecond), "frames/s");
        report.Add("  p50", rounds.Median(server, stretch => stretch.Heard.P50), "ms");
        report.Add("  p99", rounds.Median(server, stretch => stretch.Heard.P99), "ms");
    }
}
