using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Contracts.Records;

/// <summary>MACD of one candle; topic <c>macd-values-&lt;interval&gt;</c>, key <c>FIGI/openTime</c>. The last record of a key is the truth.</summary>
public sealed record MacdValue : IInstrumentValue
{
    public required Figi Figi { get; init; }

    public required DateTimeOffset OpenTime { get; init; }

    public required Price Close { get; init; }

    public required double MainLine { get; init; }

    public required double SignalLine { get; init; }

    public required double Histogram { get; init; }

    /// <summary>The candle under it is final; a value of the forming candle is provisional.</summary>
    public required bool Final { get; init; }

    public required MacdParameters Parameters { get; init; }

    /// <summary>Grows with every repair of the instrument's series: values of a repair share one epoch.</summary>
    public required long Epoch { get; init; }
}

/// <summary>The three periods of MACD.</summary>
public readonly record struct MacdParameters(int Fast, int Slow, int Signal)
{
    public static readonly MacdParameters Default = new(12, 26, 9);
}
