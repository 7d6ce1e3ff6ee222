using Microsoft.Extensions.Options;
using Npgsql;
using StockPipeline.Contracts.Connections;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Hosting.Status;
using StockPipeline.Market.Api;
using StockPipeline.Market.Errors;
using StockPipeline.Market.History;
using StockPipeline.Storage;
using StockPipeline.Storage.Postgres;
using StockPipeline.Streaming.Groups;
using StockPipeline.Workers;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.History;

/// <summary>Fetches the ranges that others ask for. Replicas share the tasks as a group, the limits of the exchange and what has been
/// fetched.</summary>
internal sealed class HistoryWorker(
    IOptions<HistoryOptions> options, PipelineClient client, MarketAccess access, ILogger<HistoryWorker> log, ILogger<ResilientLoop> loopLog)
    : PipelineWorker
{
    /// <summary>
    /// Series of a partition that do not wait for each other, and tasks taken up at once: more than there will be, so that a task of today is seen
    /// behind all those of long ago. How many are worked on, the turns say.
    /// </summary>
    private const int LanesOfPartition = 256;

    private const int MostTasks = 4_096;

    /// <summary>A task that is worked on holds the claim of its series, and needs another connection for what it does.</summary>
    private const int ConnectionsOfTask = 2;

    private const int OtherConnections = 2;

    private static readonly BackoffLimits Patience = new() { First = TimeSpan.FromMilliseconds(500), Cap = TimeSpan.FromSeconds(60) };

    private readonly HistoryOptions settings = options.Value;
    private readonly ResilientLoop preparing = new("cache", Patience, client.Clock, client.Health, client.Metrics, loopLog);
    private readonly HealthCheck ready = client.Health.Check("tasks");

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        if (settings.Database is null)
            Log.CacheInMemory(log);
        var connections = (settings.Workers * ConnectionsOfTask) + OtherConnections;
        await using var database = settings.Database is { } connection ? new PostgresCache(connection, connections) : null;
        IMarketDataCache cache = database is null ? new MemoryCache() : database;
        await preparing.RunAsync(cache.PrepareAsync, IsTransient, cancellationToken);
        preparing.Succeeded();
        var market = await access.ClockAsync(cancellationToken);
        using var api = access.Connect(market, database is null ? null : QuotaOf(database, market));
        var config = new ConfigTable(client);
        await Together.RunAsync(cancellationToken, config.RunAsync, ending => WorkAsync(config, cache, api, market, ending));
    }

    /// <summary>In simulated time minutes pass faster than the database's do, and the simulator counts its own.</summary>
    private SharedQuota QuotaOf(PostgresCache database, TimeProvider market) =>
        new(access.ClockAddress is null ? database.Quotas : database.Quotas.CountedBy(market), market);

    private async Task WorkAsync(
        ConfigTable config, IMarketDataCache cache, InvestApiClient api, TimeProvider market, CancellationToken stop)
    {
        await config.Complete.WaitAsync(stop);
        var codec = await client.Codecs.HistoryTasksAsync(stop);
        var exchange = new CandleHistory(api, market, client.Logger<CandleHistory>());
        var turns = new WorkTurns(settings.Workers, Patience, IsTransient, client.Clock);
        var handler = new TaskHandler(
            client, config, new SeriesFetch(cache, exchange), turns, market, await HistoryTopics.OpenAsync(client, stop), ready);
        var options = GroupOptions.Default with
        {
            Order = GroupOrder.ByKey, Workers = MostTasks, Lanes = LanesOfPartition, IsTransient = IsTransient, Retry = Patience,
        };
        ready.Ready();
        await client.Kafka.ProcessGroup(LedgerTable.HistoryGroup, client.Topics.HistoryAction, codec, handler.HandleAsync, options).RunAsync(stop);
    }

    private static bool IsTransient(Exception failure) => failure switch
    {
        InvestApiException refused => !refused.IsFinal,
        NpgsqlException broken => broken.IsTransient || broken.InnerException is IOException or System.Net.Sockets.SocketException,
        _ => false,
    };
}

public static class HistoryRegistration
{
    public static ServiceRegistration AddHistory(this IHostApplicationBuilder builder,
        string name = "history", params IEnumerable<Setting> settings) =>
        builder.AddService<HistoryWorker>(name, settings).WithOptions<HistoryOptions>().WithPipelineClient().WithMarketAccess();
}
