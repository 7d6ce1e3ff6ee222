namespace StockPipeline.Bench.Measure;

/// <summary>What one piece of work takes.</summary>
/// <param name="Nanoseconds">The median of all rounds.</param>
/// <param name="Bytes">Allocated.</param>
public sealed record Timing(double Nanoseconds, double Bytes);
