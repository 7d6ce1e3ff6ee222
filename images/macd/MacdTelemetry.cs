using StockPipeline.Contracts.Records;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Workers;

namespace StockPipeline.Macd;

/// <summary>What the worker counts and says besides what every worker does.</summary>
internal sealed class MacdTelemetry
{
    private readonly ILogger log;
    private readonly Counter tooOld;

    public MacdTelemetry(ServiceContext context)
    {
        log = context.Logger<MacdService>();
        tooOld = context.Metrics.Counter("stockpipeline_macd_candles_too_old_total", "Candles older than the history that is kept for repairs.");
        Keys = new TombstoneKeys(context);
        Published = context.Metrics.Counter("stockpipeline_macd_values_total", "Values published.");
        Withdrawn = context.Metrics.Counter("stockpipeline_macd_withdrawn_total", "Values withdrawn because their candle is gone or wrong.");
    }

    public TombstoneKeys Keys { get; }

    public Counter Published { get; }

    public Counter Withdrawn { get; }

    public void TooOld(Candle candle)
    {
        tooOld.Increment();
        Log.CandleTooOld(log, candle.Figi, candle.OpenTime);
    }
}
