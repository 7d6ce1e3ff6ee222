using StockPipeline.Market.Limits;
using StockPipeline.Storage.Postgres;

namespace StockPipeline.History;

/// <summary>The exchange's limits, kept by all replicas together: they draw their requests from the same windows in the database.</summary>
/// <param name="store">The windows.</param>
/// <param name="clock">The one that counts them.</param>
internal sealed class SharedQuota(PostgresQuotaStore store, TimeProvider clock) : IRequestQuota
{
    private const string EverySecond = "every-second";

    public async ValueTask AcquireAsync(RequestGroup group, CancellationToken stop)
    {
        await TakeAsync(group.Name, group.PerMinute, TimeSpan.FromMinutes(1), stop);
        await TakeAsync(EverySecond, InProcessQuota.PerSecond, TimeSpan.FromSeconds(1), stop);
    }

    public async ValueTask ReportAsync(RequestGroup group, RateLimitReport report, CancellationToken stop) =>
        await store.ReportAsync(group.Name, report.Limit, report.Remaining, report.Window, report.Reset, stop);

    private async Task TakeAsync(string name, int quota, TimeSpan length, CancellationToken stop)
    {
        while (await store.TryTakeAsync(name, quota, length, stop) is { } wait)
            await Task.Delay(wait, clock, stop);
    }
}
