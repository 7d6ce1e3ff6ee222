using StockPipeline.Contracts.Time;
using StockPipeline.Hosting;
using StockPipeline.Workers;

namespace StockPipeline.Candles;

/// <summary>What one ingester is for.</summary>
internal sealed record CandlesSettings(Interval Interval, CandlesMode Mode)
{
    public static CandlesSettings From(Settings settings)
    {
        var interval = settings.RequiredInterval();
        var mode = settings.Choice("CANDLES_SOURCE", CandlesMode.Auto,
            ("stream", CandlesMode.Stream), ("rollup", CandlesMode.Rollup), ("auto", CandlesMode.Auto));
        if (mode == CandlesMode.Rollup && interval == Interval.OneMinute)
            settings.Reject("CANDLES_SOURCE", "stream or auto for the minute, which nothing can be rolled up to");
        return new CandlesSettings(interval, interval == Interval.OneMinute ? CandlesMode.Stream : mode);
    }
}
