using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Polygon.Rest;

namespace StockPipeline.Polygon.Bars;

/// <summary>
/// The session of one share as it goes on: takes minutes as they close or are corrected, and gives every candle that is another one than before. A
/// minute is closed when it comes; a longer candle when a minute after its end has come, of any share, or its end has passed by a minute. The candle
/// of the day stays open: history says it. Pure.
/// </summary>
public sealed class LiveSession(Figi figi, TradingDay day)
{
    /// <summary>After its end a longer candle is closed though nobody traded since.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private static readonly Interval[] Longer = [.. Interval.All.Where(interval => interval != Interval.OneMinute)];

    private readonly SortedList<DateTimeOffset, Candle> minutes = [];
    private readonly Dictionary<(Interval, DateTimeOffset), Candle> said = [];

    /// <summary>Takes minutes; gives what has changed, with its interval.</summary>
    /// <param name="bars">In any order, known ones too.</param>
    /// <param name="source">Where they come from.</param>
    /// <param name="now">The newest instant of the market that is proven, or its clock.</param>
    public IReadOnlyList<(Interval Interval, Candle Candle)> Take(IEnumerable<AggregateBar> bars, CandleSource source, DateTimeOffset now)
    {
        var changed = new List<(Interval, Candle)>();
        var touched = new SortedSet<DateTimeOffset>();
        foreach (var bar in bars)
        {
            if (CandleRollup.Minute(figi, bar, day, source) is not { } minute)
                continue;
            minutes.TryGetValue(minute.OpenTime, out var known);
            if (known is not null && known.SameMarketData(minute))
                continue;
            minutes[minute.OpenTime] = minute;
            touched.Add(minute.OpenTime);
            Say(Interval.OneMinute, minute, changed);
        }
        foreach (var interval in Longer)
        {
            foreach (var open in touched.Select(interval.Align).Distinct())
                Say(interval, Sum(interval, open, now), changed);
        }
        Close(now, changed);
        return changed;
    }

    private Candle Sum(Interval interval, DateTimeOffset open, DateTimeOffset now)
    {
        var end = interval.NextOpen(open);
        var sum = CandleRollup.Longer(interval, minutes.Values.Where(minute => minute.OpenTime >= open && minute.OpenTime < end)).Single();
        return sum with { Final = IsOver(interval, open, now), Source = CandleSource.Rollup };
    }

    private void Close(DateTimeOffset now, List<(Interval, Candle)> changed)
    {
        foreach (var ((interval, open), candle) in said.Where(one => !one.Value.Final && IsOver(one.Key.Item1, one.Key.Item2, now)).ToList())
            Say(interval, candle with { OpenTime = open, Final = true }, changed);
    }

    private void Say(Interval interval, Candle candle, List<(Interval, Candle)> changed)
    {
        var key = (interval, candle.OpenTime);
        if (said.TryGetValue(key, out var before))
        {
            if (before.SameMarketData(candle) && before.Final == candle.Final)
                return;
            candle = candle with { Revision = before.Final ? before.Revision + 1 : before.Revision };
        }
        said[key] = candle;
        changed.Add((interval, candle));
    }

    /// <summary>Nobody trades after the session: a candle that reaches beyond it is over with it.</summary>
    private bool IsOver(Interval interval, DateTimeOffset open, DateTimeOffset now)
    {
        var end = interval.NextOpen(open);
        return interval != Interval.OneDay && now >= (end < day.Sessions[^1].End ? end : day.Sessions[^1].End) + Grace;
    }
}
