using StockPipeline.Bench.Measure;
using StockPipeline.Storage.Postgres;
using StockPipeline.Testing;

namespace StockPipeline.Bench.Workers;

/// <summary>What a history worker holds in memory that remembers in PostgreSQL, while it brings the history of every share.</summary>
public sealed class DatabaseSuite : ISuite
{
    private static readonly TimeSpan Loading = TimeSpan.FromSeconds(150);

    public string Name => "workers-database";

    public async Task RunAsync(Report report)
    {
        if (PrivatePostgres.FindPrograms() is not { } programs)
        {
            report.Say("left out: PostgreSQL is not installed here");
            return;
        }
        using var folder = new TempFolder();
        // The server runs as another user where this program runs as root.
        await ChildProcess.OutputOfAsync("chmod", ["755", folder.Path], patience: Eventually.Patience);
        await using var database = await PrivatePostgres.StartAsync(programs, folder.File("postgres"), TimeProvider.System, default);
        await using var site = await WorkersSite.StartAsync(WorkersSuite.Start, WorkersSuite.Speed);
        site.StartWorkers(["History"], ("DATABASE_URL", database.ConnectionString));
        site.StartWorkers(["Config", "Candles", "Lack", "Gaps"]);
        await site.WatchAsync(Loading);
        report.Add("History with a database, resident at most", site.Workers[0].Peak, "MB", Bar.AtMost(WorkersSuite.MaxResident));
    }
}
