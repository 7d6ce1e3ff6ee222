using Hangfire;
using Hangfire.PostgreSql;
using StockPipeline.Storage.Postgres;
using StockPipeline.Testing;

namespace StockPipeline.Bench.Tasks;

/// <summary>The same trivial work as jobs of Hangfire on PostgreSQL.</summary>
public static class HangfireJobs
{
    private const int WorkersOfServer = 16;
    private const int Servers = 2;
    private const int Writers = 16;

    private static int done;

    /// <summary>What a job does.</summary>
    public static void Run(string text) => Interlocked.Add(ref done, text.Length > 0 ? 1 : 0);

    /// <summary>Jobs a second, from the first one put in to the last one done; null where PostgreSQL is not installed.</summary>
    internal static async Task<double?> MeasureAsync(int jobs)
    {
        if (PrivatePostgres.FindPrograms() is not { } programs)
            return null;
        using var folder = new TempFolder();
        await ChildProcess.OutputOfAsync("chmod", ["755", folder.Path], patience: Eventually.Patience);
        await using var database = await PrivatePostgres.StartAsync(programs, folder.File("postgres"), TimeProvider.System, default);
        if (!DatabaseAddress.TryParse(database.ConnectionString, out var connection))
            connection = database.ConnectionString;
        GlobalConfiguration.Configuration.UsePostgreSqlStorage(options => options.UseNpgsqlConnection(connection));
        var servers = Enumerable.Range(0, Servers)
            .Select(_ => new BackgroundJobServer(new BackgroundJobServerOptions { WorkerCount = WorkersOfServer })).ToList();
        var client = new BackgroundJobClient();
        var began = TimeProvider.System.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, jobs), new ParallelOptions { MaxDegreeOfParallelism = Writers },
            (_, _) =>
            {
                client.Enqueue(() => Run("tick"));
                return ValueTask.CompletedTask;
            });
        await Eventually.TrueAsync(() => Volatile.Read(ref done) >= jobs, TimeSpan.FromMinutes(5));
        var rate = jobs / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        foreach (var server in servers)
            server.Dispose();
        return rate;
    }
}
