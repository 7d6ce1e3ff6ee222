namespace StockPipeline.Simulator.Faults;

/// <summary>The rules that hold, how often each has struck, and what happened last.</summary>
public sealed record FaultReport(IReadOnlyList<FaultCount> Rules, IReadOnlyList<FaultStrike> Last);
