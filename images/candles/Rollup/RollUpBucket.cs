using StockPipeline.Contracts.Records;

namespace StockPipeline.Candles.Rollup;

/// <summary>The minutes of one longer candle. The newest minute changes all the time, so the sum of the others is kept beside it.</summary>
internal sealed class RollUpBucket(DateTimeOffset open)
{
    private readonly SortedList<DateTimeOffset, Candle> minutes = [];
    private Candle? others;

    public Candle Candle => Named(others is null ? minutes.Values[^1] : Joined(others, minutes.Values[^1]));

    /// <returns>Whether anything has changed.</returns>
    public bool Take(Candle minute)
    {
        if (minutes.TryGetValue(minute.OpenTime, out var known) && known.SameMarketData(minute))
            return false;
        var isNewest = minutes.Count == 0 || minute.OpenTime >= minutes.Keys[^1];
        if (isNewest && known is null && minutes.Count > 0)
            others = others is null ? minutes.Values[^1] : Joined(others, minutes.Values[^1]);
        minutes[minute.OpenTime] = minute;
        if (!isNewest)
            others = minutes.Values.Take(minutes.Count - 1).Aggregate(Joined);
        return true;
    }

    private static Candle Joined(Candle earlier, Candle later) => earlier with
    {
        High = earlier.High > later.High ? earlier.High : later.High,
        Low = earlier.Low < later.Low ? earlier.Low : later.Low,
        Close = later.Close,
        Volume = earlier.Volume + later.Volume,
        LastTradeTime = later.LastTradeTime ?? earlier.LastTradeTime,
    };

    private Candle Named(Candle sum) => sum with { OpenTime = open, Final = false, Source = CandleSource.Rollup, Revision = 0 };
}
