using StockPipeline.Bench.Measure;

namespace StockPipeline.Bench.Websocket;

/// <summary>
/// A hundred messages a second to a thousand clients: what a frame costs the server and when the last client has it, beside the bare loop that
/// is the least it can cost, beside uWebSockets and beside node's <c>ws</c>.
/// </summary>
internal sealed class ModestSuite : ISuite
{
    private const int Rate = 100;
    private const int RoundCount = 7;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public string Name => "websocket-modest";

    public async Task RunAsync(Report report)
    {
        await using var bare = await Fanout.BareAsync();
        await using var topic = await Fanout.UWebSocketsAsync("topic");
        await using var fast = await Fanout.UWebSocketsAsync();
        await using var node = await Fanout.NodeAsync();
        await using var ours = await Fanout.OursAsync();
        var rounds = await Rounds.RunAsync(Rate, WarmUp, RoundCount, bare, topic, fast, node, ours);
        foreach (var other in new[] { bare, topic, fast, node })
            rounds.Say(report, other, (Figure.Processor, null), (Figure.LastP50, null), (Figure.LastP99, null));
        rounds.Say(report, ours, (Figure.Processor, Bar.AtMost(5)), (Figure.LastP50, Bar.AtMost(6)), (Figure.LastP99, null));
        rounds.SayRatio(report, ours, bare, Figure.Processor, Bar.AtMost(1.22));
        rounds.SayRatio(report, ours, fast, Figure.Processor, Bar.AtMost(1.04));
        rounds.SayRatio(report, ours, topic, Figure.Processor, Bar.AtMost(1.04));
        rounds.SayRatio(report, ours, node, Figure.Processor, Bar.AtMost(0.8));
        rounds.SayRatio(report, ours, fast, Figure.LastP50, Bar.AtMost(1.25));
        rounds.SayRatio(report, ours, topic, Figure.LastP50, Bar.AtMost(1.25));
        rounds.SayRatio(report, ours, node, Figure.LastP50, Bar.AtMost(1.03));
    }
}
