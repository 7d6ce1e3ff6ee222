namespace StockPipeline.Simulator.Faults;

/// <summary>One fault that happened.</summary>
/// <param name="At">Market time.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Subject">To whom: a stream, a candle, a method or an instrument.</param>
public sealed record FaultStrike(DateTimeOffset At, FaultKind Kind, string Subject);
