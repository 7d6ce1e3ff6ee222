using StockPipeline.Hosting;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;
using StockPipeline.Workers.Asking;

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
        var inquiry = new Inquiry(client, await access.ClockAsync(stop), [settings.Interval]);
        await inquiry.RunAsync($"gaps-{settings.Interval}", Rhythm, ledger => new GapsAsker(client.Context, settings, ledger), stop);
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();
}
