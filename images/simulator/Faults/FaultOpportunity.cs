using StockPipeline.Simulator.Market;

namespace StockPipeline.Simulator.Faults;

/// <summary>A moment at which a fault may strike; what is not set matches rules that do not ask for it.</summary>
internal readonly record struct FaultOpportunity(string Subject, Listing? Listing = null, CandlePeriod? Period = null, string? Method = null);
