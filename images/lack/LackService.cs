using StockPipeline.Hosting;
using StockPipeline.Contracts.Time;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;
using StockPipeline.Workers.Asking;

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
        var inquiry = new Inquiry(client, await access.ClockAsync(stop), [.. Interval.All]);
        await inquiry.RunAsync(
            "lack", TableReaderOptions.Default, ledger => new LackAsker(client.Context, client.Topics, settings, ledger), stop);
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();
}
