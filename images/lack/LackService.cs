using StockPipeline.Hosting;
using StockPipeline.Contracts.Time;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Lack;

/// <summary>
/// Sees to it that every instrument has enough closed candles in each interval, all the time. Owns no state that the topics do not hold.
/// </summary>
public sealed class LackService : IService, IAsyncDisposable
{
    private readonly PipelineClient client;
    private readonly MarketAccess access;
    private readonly LackSettings settings;

    private LackService(ServiceContext context)
    {
        client = new PipelineClient(context);
        access = new MarketAccess(context);
        settings = LackSettings.From(context.Settings);
    }

    public static IService Create(ServiceContext context) => new LackService(context);

    public async Task RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var market = await access.ClockAsync(stop);
        var writer = await LedgerWriter.OpenAsync(client, stop);
        var (gate, config) = (new Lock(), new ConfigTable(client));
        var ledger = new LedgerTable(client, gate, [.. Interval.All]);
        // What is being written while stopping must still go out, so the writer's own patience is not ended by the stop.
        var worker = new LackTables(client, settings, market, config, ledger, gate, steps => writer.Write(steps, CancellationToken.None));
        var tables = new List<Table>();
        foreach (var interval in Interval.All)
        {
            var codec = await client.Codecs.CandlesAsync(interval, stop);
            tables.Add(Table.Of(client.Topics.Candles(interval), codec, (partition, records) => worker.Take(interval, partition, records)));
        }
        var candles = client.Kafka.ReadTables(TableAssignment.Group("lack"), worker, [.. tables]);
        Task[] loops = [config.RunAsync(ending.Token), ledger.RunAsync(ending.Token), candles.RunAsync(ending.Token)];
        var first = await Task.WhenAny(loops);
        await ending.CancelAsync();
        await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();
}
