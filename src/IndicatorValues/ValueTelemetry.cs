using StockPipeline.Contracts.Records;
using StockPipeline.Hosting;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Workers;

namespace StockPipeline.IndicatorValues;

/// <summary>What a worker of indicators counts and says besides what every worker does.</summary>
public sealed class ValueTelemetry
{
    private readonly Counter tooOld;

    /// <param name="context">Of the service.</param>
    /// <param name="log">Of the service.</param>
    /// <param name="name">In the names of the metrics.</param>
    public ValueTelemetry(ServiceContext context, ILogger log, string name)
    {
        Log = log;
        tooOld = context.Metrics.Counter($"stockpipeline_{name}_candles_too_old_total", "Candles older than the history that is kept for repairs.");
        Keys = new TombstoneKeys(context);
        Published = context.Metrics.Counter($"stockpipeline_{name}_values_total", "Values published.");
        Withdrawn = context.Metrics.Counter($"stockpipeline_{name}_withdrawn_total", "Values withdrawn because their candle is gone or wrong.");
    }

    public ILogger Log { get; }

    public TombstoneKeys Keys { get; }

    public Counter Published { get; }

    public Counter Withdrawn { get; }

    public void TooOld(Candle candle)
    {
        tooOld.Increment();
        IndicatorValues.Log.CandleTooOld(Log, candle.Figi, candle.OpenTime);
    }
}
