using StockPipeline.Calendar;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Gateway.Feed;

namespace StockPipeline.Gateway.Rest;

/// <summary>Counts, by the trading calendar, what should be there and what is: candles, slots proven empty, and holes.</summary>
internal sealed class CompletenessCount(MarketTables tables, DateTimeOffset now)
{
    public CompletenessAnswer Of(Instrument instrument, Interval interval, int days)
    {
        var schedule = tables.Config.Current.Calendar.Of(instrument);
        var gaps = tables.Gaps.Of(instrument.Figi, interval).ToList();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        // History is asked for as far back as somebody wants it, and no further: what lies before is not missing.
        var begin = Earlier(
            tables.Presence.Oldest(instrument.Figi, interval) ?? now,
            gaps.Where(gap => gap.State != GapState.Filled).Select(gap => gap.From).FirstOrDefault(now));
        var counted = Enumerable.Range(0, days)
            .Select(back => Of(instrument, interval, schedule, gaps, today.AddDays(back - days + 1), begin)).ToList();
        var (expected, present, empty) = (counted.Sum(day => day.Expected), counted.Sum(day => day.Present), counted.Sum(day => day.ProvenEmpty));
        var first = new DateTimeOffset(today.AddDays(1 - days), TimeOnly.MinValue, TimeSpan.Zero);
        return new CompletenessAnswer(instrument.Figi.Value, instrument.Ticker, interval.Name, expected, present, empty,
            counted.Sum(day => day.Open), counted.Sum(day => day.Lost), Percent(expected, present, empty),
            gaps.FirstOrDefault(gap => GapTable.IsOpen(gap) && gap.To > first)?.From, counted);
    }

    private DayAnswer Of(
        Instrument instrument, Interval interval, ExchangeSchedule schedule, List<Gap> gaps, DateOnly date, DateTimeOffset begin)
    {
        var midnight = new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero);
        var start = Later(midnight, begin);
        // The candle under way is not due yet, nor is the day where the source tells of days.
        var end = Earlier(midnight.AddDays(1), interval.Align(instrument.ToldUntil(now)));
        var (expected, empty, open, lost) = (0, 0, 0, 0);
        if (start < end && schedule.IsKnown(date))
        {
            expected = (int)schedule.Slots(interval, start, end).Count;
            foreach (var hole in gaps.Where(gap => gap.From < end && gap.To > start))
            {
                var (from, to) = (Later(hole.From, start), Earlier(hole.To, end));
                var slots = (int)schedule.Slots(interval, from, to).Count;
                // An answer proves every slot of its stretch: one without a candle had no trades.
                empty += hole.State is GapState.Empty or GapState.Filled
                    ? Math.Max(0, slots - tables.Presence.Count(instrument.Figi, interval, from, to)) : 0;
                open += hole.State is GapState.Suspected or GapState.Requested ? slots : 0;
                lost += hole.State == GapState.Lost ? slots : 0;
            }
        }
        var present = tables.Presence.Count(instrument.Figi, interval, date);
        empty = Math.Min(empty, Math.Max(0, expected - present));
        return new DayAnswer(date, expected, present, empty, open, lost, Percent(expected, present, empty));
    }

    /// <summary>Before history has come there is neither a candle nor a hole: that is not complete, whatever the calendar expects.</summary>
    private static double? Percent(int expected, int present, int empty) =>
        expected == 0 ? null : Math.Round(Math.Min(1, (double)(present + empty) / expected) * 100, 2);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
