using StockPipeline.Bench.Measure;

namespace StockPipeline.Bench.Websocket;

/// <summary>Ever more messages a second to a thousand clients, until they come late; and as many as uWebSockets and node's <c>ws</c> can.</summary>
internal sealed class FlatOutSuite : ISuite
{
    private const double LatestP99 = 20;
    private const int AsFastAsTaken = 0;
    private const int RoundCount = 5;

    private static readonly int[] Rates = [1_100, 2_000, 4_000];
    private static readonly (Figure, Bar?)[] Looked = [(Figure.Frames, null), (Figure.P50, null), (Figure.P99, null)];
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public string Name => "websocket-flat-out";

    public async Task RunAsync(Report report)
    {
        foreach (var start in new Func<Task<Fanout>>[] { () => Fanout.UWebSocketsAsync(), Fanout.NodeAsync })
        {
            await using var other = await start();
            var taken = await Rounds.RunAsync(AsFastAsTaken, WarmUp, RoundCount, other);
            taken.Say(report, other, Looked);
            report.Add("  resident then", other.Resident, "MiB");
        }
        await using var ours = await Fanout.OursAsync();
        var best = 0.0;
        foreach (var rate in Rates)
        {
            var rounds = await Rounds.RunAsync(rate, WarmUp, RoundCount, ours);
            rounds.Say(report, ours, Looked);
            if (rounds.Median(ours, Figure.P99) < LatestP99)
                best = Math.Max(best, rounds.Median(ours, Figure.Frames));
        }
        report.Add($"ours, most on one core with p99 below {LatestP99} ms", best, "frames/s", Bar.AtLeast(1_000_000));
        report.Add("  resident then", ours.Resident, "MiB", Bar.AtMost(150));
    }
}
