using StockPipeline.Contracts.Keys;
using StockPipeline.Contracts.Records;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Telemetry;

namespace StockPipeline.Macd;

/// <summary>What the worker counts and says besides what every worker does.</summary>
internal sealed class MacdTelemetry
{
    private readonly ILogger log;
    private readonly Counter tooOld;
    private readonly Counter badKeys;

    public MacdTelemetry(ServiceContext context)
    {
        log = context.Logger<MacdService>();
        tooOld = context.Metrics.Counter("stockpipeline_macd_candles_too_old_total", "Candles older than the history that is kept for repairs.");
        badKeys = context.Metrics.Errors("key");
        Published = context.Metrics.Counter("stockpipeline_macd_values_total", "Values published.");
        Withdrawn = context.Metrics.Counter("stockpipeline_macd_withdrawn_total", "Values withdrawn because their candle is gone or wrong.");
    }

    public Counter Published { get; }

    public Counter Withdrawn { get; }

    public void TooOld(Candle candle)
    {
        tooOld.Increment();
        Log.CandleTooOld(log, candle.Figi, candle.OpenTime);
    }

    /// <summary>The key of a tombstone; nothing where it says nothing.</summary>
    public CandleKey? Key(string text, long offset)
    {
        try
        {
            return CandleKey.Parse(text);
        }
        catch (FormatException unreadable)
        {
            badKeys.Increment();
            Log.KeyUnreadable(log, offset, unreadable.Message);
            return null;
        }
    }
}
