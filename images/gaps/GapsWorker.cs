using Microsoft.Extensions.Options;
using StockPipeline.Hosting.Options;
using StockPipeline.Hosting.Services;
using StockPipeline.Streaming.Tables;
using StockPipeline.Workers;
using StockPipeline.Workers.Asking;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Gaps;

/// <summary>
/// Looks for holes in the candles of one interval and has them filled. Owns no state that the topics do not hold: candles say what is there,
/// the ledger what was asked and answered.
/// </summary>
internal sealed class GapsWorker(
    IOptions<IntervalOptions> interval, IOptions<GapsOptions> options, IOptions<ReaskOptions> reask, PipelineClient client, MarketAccess access)
    : PipelineWorker
{
    /// <summary>A market that runs a hundred times faster still gets a look at every half minute.</summary>
    private static readonly TableReaderOptions Rhythm = TableReaderOptions.Default with { TickInterval = TimeSpan.FromMilliseconds(250) };

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var ours = interval.Value.Interval!;
        var settings = new GapsSettings(ours, options.Value.Grace, options.Value.AuditEvery, reask.Value.Pause,
            client.Topics.Candles(ours).Retention ?? GapsSettings.LongestKept);
        var inquiry = new Inquiry(client, await access.ClockAsync(cancellationToken), [ours]);
        await inquiry.RunAsync($"gaps-{ours}", Rhythm, ledger => new GapsAsker(client, settings, ledger), cancellationToken);
    }
}

public static class GapsRegistration
{
    public static ServiceRegistration AddGaps(this IHostApplicationBuilder builder, string name = "gaps", params IEnumerable<Setting> settings) =>
        builder.AddService<GapsWorker>(name, settings)
            .WithOptions<IntervalOptions>().WithOptions<GapsOptions>().WithOptions<ReaskOptions>().WithPipelineClient().WithMarketAccess();
}
