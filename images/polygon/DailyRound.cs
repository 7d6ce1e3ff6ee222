using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Polygon.Bars;
using StockPipeline.Polygon.Calendar;
using StockPipeline.Polygon.Rest;
using StockPipeline.Workers;

namespace StockPipeline.PolygonCollector;

/// <summary>
/// What is done once a day: the list of shares and days, the splits, and when the night has come the day bars of all shares in one request. Each
/// part is done again after a restart, which changes nothing.
/// </summary>
internal sealed class DailyRound(
    PolygonClient polygon, SharesKeeper keeper, UsTable table, CandleWriters writers, PipelineClient client, Metadata metadata,
    TimeProvider market, ILogger log)
{
    /// <summary>Splits of the last days are looked at again: after a restart nobody knows which of them were done.</summary>
    private const int SplitDays = 7;

    private static readonly TimeOnly DayIsOver = new(20, 15);

    private DateOnly kept;
    private DateOnly closed;
    private readonly HashSet<StockSplit> done = [];

    /// <summary>Does what is due.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var now = market.GetUtcNow();
        var today = NewYork.DateOf(now);
        if (kept != today)
        {
            await keeper.KeepAsync(cancellationToken);
            await SplitsAsync(today, cancellationToken);
            kept = today;
        }
        var last = now >= NewYork.At(today, DayIsOver) ? today : today.AddDays(-1);
        while (NewYork.IsClosed(last))
            last = last.AddDays(-1);
        if (closed == last)
            return;
        await CloseAsync(last, cancellationToken);
        closed = last;
    }

    /// <summary>Candles are as of today's count of shares: after a split all that was kept is fetched anew, and values follow.</summary>
    private async Task SplitsAsync(DateOnly today, CancellationToken cancellationToken)
    {
        var byTicker = table.Instruments.ToDictionary(one => one.Ticker, StringComparer.Ordinal);
        await foreach (var page in polygon.SplitsAsync(today.AddDays(-SplitDays), today, cancellationToken))
        {
            foreach (var split in page.Where(one => byTicker.ContainsKey(one.Ticker) && done.Add(one)))
            {
                Log.Split(log, split.Ticker, split.From, split.To, split.ExecutionDate);
                await metadata.StoreAsync(split, cancellationToken);
                await AuditAsync(byTicker[split.Ticker], split.ExecutionDate, cancellationToken);
            }
        }
    }

    private async Task AuditAsync(Instrument instrument, DateOnly executed, CancellationToken cancellationToken)
    {
        var now = market.GetUtcNow();
        foreach (var interval in Interval.All)
        {
            var task = new HistoryTask
            {
                Figi = instrument.Figi, Interval = interval, From = interval.Align(now - client.Topics.Candles(interval).Retention!.Value),
                To = interval.Align(NewYork.At(executed, TimeOnly.MinValue)), Reason = HistoryReason.Audit, Attempt = 1,
                Id = Guid.CreateVersion7(now),
            };
            await writers.AskAsync(task, cancellationToken);
        }
    }

    private async Task CloseAsync(DateOnly date, CancellationToken cancellationToken)
    {
        var bars = await polygon.GroupedAsync(date, cancellationToken);
        // A ticker has been there twice before now.
        var byTicker = bars.Where(bar => bar.Ticker is not null).GroupBy(bar => bar.Ticker!)
            .ToDictionary(group => group.Key, group => group.First());
        var count = 0;
        foreach (var instrument in table.Instruments)
        {
            if (!byTicker.TryGetValue(instrument.Ticker, out var bar))
                continue;
            await writers.DeliverAsync(Interval.OneDay, CandleRollup.Day(instrument.Figi, bar), cancellationToken);
            count++;
        }
        Log.DayClosed(log, date, count);
    }
}
