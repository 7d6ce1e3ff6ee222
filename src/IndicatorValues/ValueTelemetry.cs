using StockPipeline.Contracts.Records;
using StockPipeline.Hosting.Telemetry;
using StockPipeline.Workers;

namespace StockPipeline.IndicatorValues;

/// <summary>What a worker of indicators counts and says besides what every worker does.</summary>
public sealed class ValueTelemetry
{
    private readonly Counter tooOld;

    /// <param name="metrics">Of the service.</param>
    /// <param name="keys">Of the service.</param>
    /// <param name="log">Of the service.</param>
    /// <param name="name">In the names of the metrics.</param>
    public ValueTelemetry(Metrics metrics, TombstoneKeys keys, ILogger log, string name)
    {
        (Log, Keys) = (log, keys);
        tooOld = metrics.Counter($"stockpipeline_{name}_candles_too_old_total", "Candles older than the history that is kept for repairs.");
        Published = metrics.Counter($"stockpipeline_{name}_values_total", "Values published.");
        Withdrawn = metrics.Counter($"stockpipeline_{name}_withdrawn_total", "Values withdrawn because their candle is gone or wrong.");
        Signals = metrics.Counter($"stockpipeline_{name}_signals_total", "Signals that became true.");
        SignalsWithdrawn = metrics.Counter($"stockpipeline_{name}_signals_withdrawn_total", "Signals that a repair has made untrue.");
    }

    internal Counter Signals { get; }

    internal Counter SignalsWithdrawn { get; }

    internal ILogger Log { get; }

    internal TombstoneKeys Keys { get; }

    internal Counter Published { get; }

    internal Counter Withdrawn { get; }

    internal void TooOld(Candle candle)
    {
        tooOld.Increment();
        IndicatorValues.Log.CandleTooOld(Log, candle.Figi, candle.OpenTime);
    }
}
