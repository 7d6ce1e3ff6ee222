using StockPipeline.Contracts.Time;

namespace StockPipeline.Contracts.Records;

/// <summary>One stretch of a trading day during which trades can happen.</summary>
public readonly record struct TradingSession(SessionKind Kind, DateTimeOffset Start, DateTimeOffset End)
{
    public TimeRange Range => new(Start, End);
}
