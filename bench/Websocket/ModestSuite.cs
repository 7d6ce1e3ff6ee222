using StockPipeline.Bench.Measure;

namespace StockPipeline.Bench.Websocket;

/// <summary>
/// A hundred messages a second to a thousand clients: what a frame costs the server and when the last client has it, beside the bare loop that
/// is the least it can cost, and beside node's <c>ws</c>.
/// </summary>
internal sealed class ModestSuite : ISuite
{
    private const int Rate = 100;
    private const int WarmUpRate = 1_100;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public string Name => "websocket-modest";

    public async Task RunAsync(Report report)
    {
        await using var bare = await Fanout.BareAsync();
        await using var ours = await Fanout.OursAsync();
        await using var node = await Fanout.NodeAsync(report);
        await bare.StretchAsync(WarmUpRate, WarmUp);
        await ours.StretchAsync(WarmUpRate, WarmUp);
        if (node is not null)
            await node.StretchAsync(Rate, WarmUp);
        var rounds = new Rounds(7, TimeSpan.FromSeconds(3));
        await rounds.RunAsync(Rate, node is null ? [bare, ours] : [bare, ours, node]);
        Say(report, "bare loop", bare, rounds);
        if (node is not null)
            Say(report, "node ws", node, rounds);
        Say(report, "ours", ours, rounds, processor: Bar.AtMost(5), last: Bar.AtMost(6));
        report.AddRatio("  processor beside the bare loop", rounds.MedianRatio(ours, bare, stretch => stretch.Processor), Bar.AtMost(1.22));
        if (node is not null)
            report.AddRatio("  processor beside node ws", rounds.MedianRatio(ours, node, stretch => stretch.Processor), Bar.AtMost(0.8));
    }

    private static void Say(Report report, string who, Fanout server, Rounds rounds, Bar? processor = null, Bar? last = null)
    {
        report.Add($"{who}, {Rate} messages/s, processor for one frame", rounds.Median(server, stretch => stretch.Processor), "us", processor);
        report.Add("  the last client has it, p50", rounds.Median(server, stretch => stretch.Heard.LastP50), "ms", last);
        report.Add("  the last client has it, p99", rounds.Median(server, stretch => stretch.Heard.LastP99), "ms");
    }
}
