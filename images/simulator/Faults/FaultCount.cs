namespace StockPipeline.Simulator.Faults;

public sealed record FaultCount(FaultRule Rule, int Struck);
