using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Polygon;
using StockPipeline.Polygon.Bars;
using StockPipeline.Polygon.Calendar;
using StockPipeline.Polygon.Rest;
using StockPipeline.Streaming.Groups;

namespace StockPipeline.PolygonCollector;

/// <summary>
/// Fetches the ranges of US shares that others ask for, and answers the ledger when the candles are acknowledged. What belongs to another source
/// is left to it. Done again it says the same again.
/// </summary>
internal sealed class UsHistory(
    PolygonClient polygon, UsTable table, CandleWriters writers, bool isFree, TimeProvider market, TimeProvider clock, ILogger log)
{
    /// <summary>Trades may be reported so late; until then a minute is not history.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(16);

    /// <summary>When a free key is given the day, and when the last correction of it is in.</summary>
    private static readonly TimeOnly DayIsOver = new(20, 15);

    public async ValueTask HandleAsync(GroupRecord<HistoryTask> record, CancellationToken cancellationToken)
    {
        var task = record.Value;
        if (table.Find(task.Figi) is not { } instrument)
            return;
        var settled = task.Interval.Align(Settled());
        var range = new TimeRange(task.Interval.Align(task.From), task.To < settled ? task.To : Max(settled, task.Interval.Align(task.From)));
        if (range.IsEmpty)
            return;
        try
        {
            var candles = await FetchAsync(instrument, task.Interval, range, cancellationToken);
            await Task.WhenAll(candles.Select(candle => writers.DeliverAsync(task.Interval, candle, cancellationToken)));
            await AnswerAsync(task, range, candles.Count > 0 ? GapState.Filled : GapState.Empty, cancellationToken);
        }
        catch (PolygonException refused) when (refused.Failure is PolygonFailure.NotInPlan or PolygonFailure.NotFound or PolygonFailure.BadRequest)
        {
            Log.RangeLost(log, task.Figi, task.Interval, range, refused.Message);
            await AnswerAsync(task, range, GapState.Lost, cancellationToken);
        }
    }

    public static bool IsTransient(Exception failure) => failure is PolygonException { IsTransient: true };

    /// <summary>The candles of a range: days as polygon.io has them, everything else from the minutes of the session.</summary>
    public async Task<IReadOnlyList<Candle>> FetchAsync(
        Instrument instrument, Interval interval, TimeRange range, CancellationToken cancellationToken)
    {
        var isDays = interval == Interval.OneDay;
        // A day is asked by its midnight in New York, some hours after the one in UTC that names it.
        var (from, to) = isDays
            ? (NewYork.At(DateOnly.FromDateTime(range.From.UtcDateTime), TimeOnly.MinValue),
                NewYork.At(DateOnly.FromDateTime(range.To.UtcDateTime).AddDays(-1), TimeOnly.MinValue))
            : (range.From, range.To.AddMilliseconds(-1));
        if (to < from)
            return [];
        var candles = new List<Candle>();
        await foreach (var page in polygon.BarsAsync(instrument.Ticker, isDays, from, to, cancellationToken))
        {
            candles.AddRange(isDays
                ? page.Select(bar => CandleRollup.Day(instrument.Figi, bar))
                : page.Select(bar => CandleRollup.Minute(instrument.Figi, bar, DayOf(bar), CandleSource.History)).OfType<Candle>());
        }
        var wanted = isDays || interval == Interval.OneMinute ? candles : CandleRollup.Longer(interval, candles);
        return [.. wanted.Where(candle => range.Contains(candle.OpenTime))];
    }

    private TradingDay DayOf(AggregateBar bar)
    {
        var date = NewYork.DateOf(DateTimeOffset.FromUnixTimeMilliseconds(bar.TimeMs));
        return table.DayOf(date) ?? NewYork.Day(date);
    }

    /// <summary>Up to when everything is known: on a free plan the days that are over, the last one included once the night has come.</summary>
    private DateTimeOffset Settled()
    {
        var now = market.GetUtcNow();
        if (!isFree)
            return now - Settling;
        var today = NewYork.DateOf(now);
        // Our day ends at midnight in UTC, and New York's is over before.
        var over = now >= NewYork.At(today, DayIsOver) ? today : today.AddDays(-1);
        return CandleRollup.Start(over.AddDays(1));
    }

    /// <summary>Only who asked through the ledger is answered there.</summary>
    private Task AnswerAsync(HistoryTask task, TimeRange range, GapState state, CancellationToken cancellationToken)
    {
        if (task.Reason is not (HistoryReason.Lack or HistoryReason.Gap))
            return Task.CompletedTask;
        var gap = new Gap
        {
            Figi = task.Figi, Interval = task.Interval, From = task.From, To = range.To, Missing = 0, State = state, Attempts = task.Attempt,
            UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds()),
        };
        return writers.Ledger.DeliverAsync(new GapKey(task.Figi, task.Interval, task.From).ToString(), gap, cancellationToken);
    }

    private static DateTimeOffset Max(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
