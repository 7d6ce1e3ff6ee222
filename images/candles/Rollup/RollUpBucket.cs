using StockPipeline.Calendar;
using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;
using StockPipeline.Workers.Ledger;

namespace StockPipeline.Candles.Rollup;

/// <summary>
/// What else is known of the minutes than those there are: when there is trading at all, and which stretches history has answered for.
/// </summary>
/// <param name="Schedule">The instrument's; null where nobody knows it.</param>
/// <param name="Proven">Every minute in here has its candle or never had one.</param>
public readonly record struct MinuteProof(ExchangeSchedule? Schedule, MinuteRanges Proven);

/// <summary>
/// The minutes of one longer candle, and how far they are proven to be all there are. The newest minute changes all the time, so the sum of the
/// others is kept beside it.
/// </summary>
public sealed class RollUpBucket
{
    private readonly SortedList<DateTimeOffset, Candle> minutes = [];
    private Candle? others;
    private DateTimeOffset provenTo;

    internal RollUpBucket(Interval interval, DateTimeOffset open)
    {
        (Open, End) = (open, open + interval.Length);
        provenTo = open;
    }

    public DateTimeOffset Open { get; }

    public DateTimeOffset End { get; }

    /// <summary>Open of the newest minute; there is one.</summary>
    public DateTimeOffset Newest => minutes.Keys[^1];

    public bool IsEmpty => minutes.Count == 0;

    public Candle Candle => Named(others is null ? minutes.Values[^1] : Joined(others, minutes.Values[^1]));

    /// <summary>Whether every minute that opens before the instant is there, or was without trade.</summary>
    /// <param name="instant">At most the end.</param>
    /// <param name="proof">What else is known.</param>
    /// <param name="quiet">Minutes that a living stream said nothing of.</param>
    /// <param name="oldest">Open of the oldest minute known of the instrument: all that counts on days without a schedule.</param>
    internal bool IsProvenTo(DateTimeOffset instant, MinuteProof proof, MinuteRanges quiet, DateTimeOffset oldest)
    {
        if (provenTo >= instant)
            return true;
        if (proof.Schedule?.Slots(Interval.OneMinute, provenTo, instant) is not { IsComplete: true } slots)
            return oldest <= Open;
        foreach (var slot in slots)
        {
            var minute = Minutes.Of(slot);
            if (minutes.ContainsKey(slot) || quiet.Contains(minute) || proof.Proven.Contains(minute))
                continue;
            provenTo = slot;
            return false;
        }
        provenTo = instant;
        return true;
    }

    /// <returns>Whether anything has changed.</returns>
    internal bool Take(Candle minute)
    {
        if (minutes.TryGetValue(minute.OpenTime, out var known) && known.SameMarketData(minute))
            return false;
        var isNewest = minutes.Count == 0 || minute.OpenTime >= minutes.Keys[^1];
        if (isNewest && known is null && minutes.Count > 0)
            others = others is null ? minutes.Values[^1] : Joined(others, minutes.Values[^1]);
        minutes[minute.OpenTime] = minute;
        if (!isNewest)
            SumOthers();
        return true;
    }

    /// <returns>Whether it was there.</returns>
    internal bool Remove(DateTimeOffset minute)
    {
        if (!minutes.Remove(minute))
            return false;
        SumOthers();
        return true;
    }

    private void SumOthers() => others = minutes.Count < 2 ? null : minutes.Values.Take(minutes.Count - 1).Aggregate(Joined);

    private static Candle Joined(Candle earlier, Candle later) => earlier with
    {
        High = earlier.High > later.High ? earlier.High : later.High,
        Low = earlier.Low < later.Low ? earlier.Low : later.Low,
        Close = later.Close,
        Volume = earlier.Volume + later.Volume,
        LastTradeTime = later.LastTradeTime ?? earlier.LastTradeTime,
    };

    private Candle Named(Candle sum) => sum with { OpenTime = Open, Final = false, Source = CandleSource.Rollup, Revision = 0 };
}
