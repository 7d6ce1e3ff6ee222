namespace StockPipeline.Market.Clock;

/// <summary>What a simulator tells of its clock.</summary>
/// <param name="Now">Market time, UTC.</param>
/// <param name="Speed">Market seconds in one real second.</param>
public sealed record ClockReading(DateTimeOffset Now, double Speed);
