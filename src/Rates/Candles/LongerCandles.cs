using StockPipeline.Contracts.Records;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Rates.Candles;

/// <summary>
/// The candles of all longer intervals of one rate, made of its minutes. Nobody can be asked for what no collector has heard, so a candle is final
/// when its last minute is, or a minute after it has come; one whose beginning was not collected is never said. Pure; one thread at a time.
/// </summary>
public sealed class LongerCandles
{
    /// <summary>The newest minutes, which may still change; older ones are kept as sums alone.</summary>
    public const int Changeable = 3;

    private readonly SortedList<DateTimeOffset, Candle> minutes = [];
    private readonly LongerCandle[] intervals = [.. Interval.All.Where(one => one != Interval.OneMinute).Select(one => new LongerCandle(one))];
    private DateTimeOffset oldest = DateTimeOffset.MaxValue;
    private DateTimeOffset folded = DateTimeOffset.MinValue;

    /// <summary>A candle that its topic holds already, said by an earlier owner.</summary>
    public void Known(Interval interval, Candle candle)
    {
        if (candle.Final)
            Of(interval).Known(candle);
    }

    /// <summary>Takes a minute as it is now; what follows from it for good is to be said.</summary>
    public void Take(Candle minute, ICollection<RolledCandle> say)
    {
        if (minute.OpenTime <= folded)
            return;
        oldest = minute.OpenTime < oldest ? minute.OpenTime : oldest;
        minutes[minute.OpenTime] = minute;
        foreach (var interval in intervals)
            interval.Judge(minutes.Values, oldest, say);
        if (minutes.Count <= Changeable)
            return;
        folded = minutes.Keys[0];
        foreach (var interval in intervals)
            interval.Fold(minutes.Values[0]);
        minutes.RemoveAt(0);
    }

    /// <summary>Says the candles that form and have changed, those of long intervals less often.</summary>
    public void SayForming(DateTimeOffset now, ICollection<RolledCandle> say)
    {
        foreach (var interval in intervals)
            interval.SayForming(now, say);
    }

    private LongerCandle Of(Interval interval) => Array.Find(intervals, one => one.Interval == interval)
        ?? throw new ArgumentException($"Candles of {interval} are not made of others.", nameof(interval));
}

/// <summary>A candle that is to be said.</summary>
public readonly record struct RolledCandle(Interval Interval, Candle Candle);
