namespace StockPipeline.Indicators.Signals;

/// <summary>A signal that has become true, or is true no longer.</summary>
/// <param name="OpenTime">Of the candle with whose close it happened.</param>
/// <param name="Rule">What happened.</param>
/// <param name="IsTrue">It did; otherwise it did not after all.</param>
public readonly record struct SignalChange(long OpenTime, SignalRule Rule, bool IsTrue);
