using StockPipeline.Calendar;
using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;
using StockPipeline.Workers;

namespace StockPipeline.IndicatorValues;

/// <summary>
/// Knows which session of its exchange a candle belongs to, by the newest configuration that was looked at. On the reader's thread only, so that all
/// candles of one calculation are judged by the same calendar.
/// </summary>
public sealed class CandleSessions(Func<ConfigSnapshot> newest, Interval interval)
{
    private readonly Dictionary<Figi, ExchangeSchedule> schedules = [];
    private ConfigSnapshot known = ConfigSnapshot.Empty;

    /// <summary>Looks at the newest configuration; false where that is known already.</summary>
    public bool LookAgain()
    {
        var now = newest();
        if (ReferenceEquals(now, known))
            return false;
        known = now;
        schedules.Clear();
        return true;
    }

    /// <summary>When the session began, in milliseconds since 1970; 0 where the calendar does not know.</summary>
    public long StartOf(Figi figi, long openTime)
    {
        if (!schedules.TryGetValue(figi, out var schedule))
        {
            if (!known.Instruments.TryGetValue(figi, out var instrument))
                return 0;
            schedule = known.Calendar.Of(instrument);
            schedules.Add(figi, schedule);
        }
        return schedule.SessionStart(DateTimeOffset.FromUnixTimeMilliseconds(openTime), interval.Length)?.ToUnixTimeMilliseconds() ?? 0;
    }
}
