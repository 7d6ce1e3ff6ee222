using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Faults;

/// <summary>The rules that hold, how often each has struck, and what happened last.</summary>
public sealed record FaultReport(IReadOnlyList<FaultCount> Rules, IReadOnlyList<FaultStrike> Last);

/// <summary>A rule that holds, and how often it has struck.</summary>
public sealed record FaultCount(FaultRule Rule, int Struck);

/// <summary>One fault that happened.</summary>
/// <param name="At">Market time.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Subject">To whom: a stream, a candle, a method or an instrument.</param>
public sealed record FaultStrike(DateTimeOffset At, FaultKind Kind, string Subject);

/// <summary>A moment at which a fault may strike; what is not set matches rules that do not ask for it.</summary>
internal readonly record struct FaultOpportunity(string Subject, Listing? Listing = null, CandlePeriod? Period = null, string? Method = null);
