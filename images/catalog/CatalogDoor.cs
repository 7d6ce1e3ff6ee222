using Npgsql;
using StockPipeline.CatalogApi.Editing;
using StockPipeline.CatalogApi.Reading;
using StockPipeline.CatalogApi.Searching;
using StockPipeline.CatalogApi.Storing;
using StockPipeline.CatalogApi.V1;
using StockPipeline.CatalogApi.V2;
using StockPipeline.Contracts.Topics;
using StockPipeline.Hosting.Status;
using StockPipeline.SchemaRegistry.Codecs;
using StockPipeline.Streaming;
using StockPipeline.Workers;

namespace StockPipeline.CatalogApi;

/// <summary>The catalog as one service: the topics into the tables, and the tables over HTTP.</summary>
internal sealed class CatalogDoor(
    CatalogOptions options, KafkaClient kafka, CatalogTopics topics, CatalogCodecs codecs, Health health, Action<IEndpointRouteBuilder> mapStatus,
    ILoggerFactory loggers, TimeProvider clock)
{
    private readonly TaskCompletionSource<Uri> serving = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Where it is served, once it is.</summary>
    public Task<Uri> Serving => serving.Task;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await CatalogDatabase.PrepareAsync(options.Database, cancellationToken);
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(options.Database)
        {
            ApplicationName = "stockpipeline-catalog", MaxPoolSize = options.MaxDatabaseConnections, MaxAutoPrepare = 50, AutoPrepareMinUsages = 3,
        });
        var state = new CatalogState(options.OfferFreshFor, clock);
        var waits = new EditWaits(clock);
        using var index = new ProductIndex();
        var queries = new CatalogQueries(database, index, state);
        var shaping = new Shaping(state, options.Currency);
        var key = new WriteKey(options.WriteKey);
        using var editor = await Editor.CreateAsync(state, waits, kafka, topics, codecs, options.EditPatience, clock, cancellationToken);
        var reader = new StoreReader(
            kafka, topics, codecs, new StoreWriter(database), index, state, options.Currency, waits, health, loggers.CreateLogger<StoreReader>());
        var states = new StateReader(kafka, topics, codecs, state);
        await using var server = await CatalogServer.StartAsync(
            options, new FirstInterface(state, queries, new FirstEdits(state, queries, editor, clock), key),
            new SecondInterface(
                state, queries, new ProductSearch(database, index, state, options.Currency), new HistoryQueries(database, state, clock), shaping,
                editor, key, clock),
            () => reader.IsCaughtUp, mapStatus, loggers, cancellationToken);
        serving.TrySetResult(server.Url);
        await Together.RunAsync(cancellationToken, states.RunAsync, async stop =>
        {
            await states.Loaded.WaitAsync(stop);
            await reader.RunAsync(stop);
        });
    }
}
