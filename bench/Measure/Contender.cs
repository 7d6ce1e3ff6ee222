namespace StockPipeline.Bench.Measure;

/// <summary>One of those that are timed against each other.</summary>
/// <param name="Name">Whose work it is.</param>
/// <param name="Run">Does the work so many times; what it returns keeps the compiler from leaving the work out.</param>
public sealed record Contender(string Name, Func<int, long> Run);
