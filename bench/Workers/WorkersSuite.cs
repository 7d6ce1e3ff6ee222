using StockPipeline.Bench.Measure;

namespace StockPipeline.Bench.Workers;

/// <summary>
/// What each kind of worker holds in memory while it follows every share of the simulated market: first loading all history, then hours of
/// trading in minutes. Each is a process of its own, as in a container.
/// </summary>
public sealed class WorkersSuite : ISuite
{
    /// <summary>Megabytes that a worker may have in memory.</summary>
    internal const double MaxResident = 150;

    /// <summary>Fast enough for hours of trading, slow enough that two cores keep up with every share.</summary>
    internal const int Speed = 60;

    /// <summary>Friday, an hour after the main session began.</summary>
    internal const string Start = "2026-11-20T08:00:00Z";

    internal static readonly string[] Kinds = ["Config", "Candles", "History", "Lack", "Gaps", "Macd", "Websocket"];

    /// <summary>What a worker may be larger at the end than when it had loaded, as a ratio: chance and the day's own candles.</summary>
    private const double MaxGrowth = 1.15;

    private static readonly TimeSpan Loading = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan Following = TimeSpan.FromSeconds(100);

    public string Name => "workers";

    public async Task RunAsync(Report report)
    {
        await using var site = await WorkersSite.StartAsync(Start, Speed);
        site.StartWorkers(Kinds);
        await site.WatchAsync(Loading);
        var loaded = site.Workers.Select(worker => worker.Now).ToList();
        await site.WatchAsync(Following);
        report.Say($"every share of the simulated market, 1-min, {Following.TotalMinutes * Speed:0} minutes of trading after loading");
        foreach (var (worker, before) in site.Workers.Zip(loaded))
        {
            report.Add($"{worker.Kind}, resident at most", worker.Peak, "MB", Bar.AtMost(MaxResident));
            report.Add($"{worker.Kind}, at the end beside when it had loaded", worker.Now, "MB", before, Bar.AtMost(MaxGrowth));
        }
    }
}
