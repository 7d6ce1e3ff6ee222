using StockPipeline.Calendar;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Gaps.Finding;

/// <summary>
/// When the candles of one instrument are compared with history again: each settled stretch of trading once, at the start those of the last
/// trading day. Pure but for the time handed in.
/// </summary>
internal sealed class Audit(Figi figi, GapsSettings settings)
{
    /// <summary>The last trading day is looked for no further back: an exchange that was closed for longer has nothing to audit.</summary>
    private static readonly TimeSpan LongestHoliday = TimeSpan.FromDays(14);

    private DateTimeOffset next = DateTimeOffset.MinValue;
    private DateTimeOffset? audited;

    /// <summary>The task that is due, or nothing.</summary>
    public HistoryTask? Due(DateTimeOffset market, ExchangeSchedule schedule, Func<Guid> newId)
    {
        if (settings.AuditEvery == TimeSpan.Zero || market < next)
            return null;
        next = market + settings.AuditEvery;
        var interval = settings.Interval;
        var settled = interval.Align(market - GapsSettings.Settling);
        var from = audited ?? interval.Align(StartOfLastDay(schedule, settled));
        var slots = from < settled ? schedule.Slots(interval, from, settled).Count : 0;
        if (slots == 0)
            return null;
        audited = settled;
        return new HistoryTask
        {
            Figi = figi, Interval = interval, From = from, To = settled, Reason = HistoryReason.Audit, Attempt = 1, Id = newId(),
        };
    }

    private static DateTimeOffset StartOfLastDay(ExchangeSchedule schedule, DateTimeOffset settled)
    {
        var earliest = settled - LongestHoliday;
        var last = schedule.Previous(Interval.OneMinute, settled);
        return last.Slot is { } slot && slot > earliest ? Interval.OneDay.Align(slot) : settled;
    }
}
