using StockPipeline.Contracts.Instruments;

namespace StockPipeline.Indicators.Series;

/// <summary>One value that is not what it was.</summary>
/// <param name="OpenTime">Of its candle.</param>
/// <param name="Close">Of its candle.</param>
/// <param name="Final">The candle is closed.</param>
/// <param name="WasFinal">There was a final value before: this is a repair.</param>
/// <param name="IsWithdrawn">There is no value any more.</param>
public readonly record struct ValueChange(long OpenTime, Price Close, bool Final, bool WasFinal, bool IsWithdrawn);
