using Microsoft.Extensions.Options;
using StockPipeline.Contracts.Time;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;
using StockPipeline.Workers.Asking;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Lack;

/// <summary>
/// Sees to it that every instrument has enough closed candles in each interval, all the time. Owns no state that the topics do not hold.
/// </summary>
internal sealed class LackWorker(
    IOptions<LackOptions> options, IOptions<ReaskOptions> reask, PipelineClient client, MarketAccess access) : PipelineWorker
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var inquiry = new Inquiry(client, await access.ClockAsync(cancellationToken), [.. Interval.All]);
        await inquiry.RunAsync("lack", TableReaderOptions.Default,
            ledger => new LackAsker(client, options.Value, reask.Value.Pause, ledger), cancellationToken);
    }
}

public static class LackRegistration
{
    public static ServiceRegistration AddLack(this IHostApplicationBuilder builder, string name = "lack", params IEnumerable<Setting> settings) =>
        builder.AddService<LackWorker>(name, settings)
            .WithOptions<LackOptions>().WithOptions<ReaskOptions>().WithPipelineClient().WithMarketAccess();
}
