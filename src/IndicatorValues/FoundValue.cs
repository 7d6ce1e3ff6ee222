using StockPipeline.Contracts.Instruments;

namespace StockPipeline.IndicatorValues;

/// <summary>What is there to know, beside its lines, of a value found in the topic at the start.</summary>
/// <param name="OpenTime">Of its candle.</param>
/// <param name="Close">Of its candle.</param>
/// <param name="Final">The candle was closed.</param>
/// <param name="Epoch">Of the repair that it belongs to.</param>
/// <param name="IsOurs">It was calculated with the parameters that we have.</param>
public readonly record struct FoundValue(long OpenTime, Price Close, bool Final, long Epoch, bool IsOurs);
