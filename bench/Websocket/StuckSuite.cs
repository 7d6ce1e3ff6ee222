using StockPipeline.Bench.Measure;

namespace StockPipeline.Bench.Websocket;

/// <summary>What clients that read nothing cost the others: two broadcasters in turn, one of them with such clients.</summary>
internal sealed class StuckSuite : ISuite
{
    private const int Rate = 1_100;
    private const int RoundCount = 7;
    private const int StuckClients = 20;

    /// <summary>So long that what the stuck ones have not taken fills every buffer there is, and is conflated.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    public string Name => "websocket-stuck";

    public async Task RunAsync(Report report)
    {
        await using var without = await Fanout.OursAsync();
        await using var with = await Fanout.OursAsync(StuckClients);
        var rounds = await Rounds.RunAsync(Rate, WarmUp, RoundCount, without, with);
        foreach (var server in new[] { without, with })
            rounds.Say(report, server, (Figure.P50, null), (Figure.P99, null), (Figure.Processor, null));
        rounds.SayRatio(report, with, without, Figure.P99, Bar.AtMost(1.25));
        rounds.SayRatio(report, with, without, Figure.Processor, Bar.AtMost(1.25));
        report.Add("  resident then", with.Resident, "MiB", Bar.AtMost(150));
    }
}
