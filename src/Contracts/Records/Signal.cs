using StockPipeline.Contracts.Instruments;
using StockPipeline.Contracts.Time;

namespace StockPipeline.Contracts.Records;

/// <summary>
/// Something happened between the final values of two candles; topic <c>signals</c>, key <c>FIGI/rule/openTime</c>. A tombstone says that it has
/// not: a repair has made it untrue. The numbers are those of the value of that open time.
/// </summary>
public sealed record Signal
{
    public required Figi Figi { get; init; }

    /// <summary>Which indicator, over which interval, and what happened: <c>rsi-1-min-leaves-30</c>.</summary>
    public required string Rule { get; init; }

    public required Interval Interval { get; init; }

    /// <summary>Of the candle with whose close it became true.</summary>
    public required DateTimeOffset OpenTime { get; init; }

    /// <summary>Its name in the catalogue.</summary>
    public required string Indicator { get; init; }

    /// <summary>Separated by commas; empty where it has none.</summary>
    public required string Parameters { get; init; }
}
