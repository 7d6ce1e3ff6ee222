using StockPipeline.Hosting;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Gaps;

/// <summary>
/// Looks for holes in the candles of one interval and has them filled. Owns no state that the topics do not hold: candles say what is there,
/// the ledger what was asked and answered.
/// </summary>
public sealed class GapsService : IService, IAsyncDisposable
{
    /// <summary>A market that runs a hundred times faster still gets a look at every half minute.</summary>
    private static readonly TableReaderOptions Rhythm = TableReaderOptions.Default with { TickInterval = TimeSpan.FromMilliseconds(250) };

    private readonly PipelineClient client;
    private readonly MarketAccess access;
    private readonly GapsSettings settings;

    private GapsService(ServiceContext context)
    {
        client = new PipelineClient(context);
        access = new MarketAccess(context);
        settings = GapsSettings.From(context.Settings, interval => client.Topics.Candles(interval).Retention ?? GapsSettings.LongestKept);
    }

    public static IService Create(ServiceContext context) => new GapsService(context);

    public async Task RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var market = await access.ClockAsync(stop);
        var codec = await client.Codecs.CandlesAsync(settings.Interval, stop);
        var writer = await LedgerWriter.OpenAsync(client, stop);
        var (gate, config) = (new Lock(), new ConfigTable(client));
        var ledger = new LedgerTable(client, gate, [settings.Interval]);
        // What is being written while stopping must still go out, so the writer's own patience is not ended by the stop.
        var worker = new GapsTables(client, settings, market, config, ledger, gate, steps => writer.Write(steps, CancellationToken.None));
        var candles = client.Kafka.ReadTables(
            TableAssignment.Group($"gaps-{settings.Interval}"), worker, Rhythm,
            Table.Of(client.Topics.Candles(settings.Interval), codec, worker.Take));
        Task[] loops = [config.RunAsync(ending.Token), ledger.RunAsync(ending.Token), candles.RunAsync(ending.Token)];
        var first = await Task.WhenAny(loops);
        await ending.CancelAsync();
        await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();
}
