namespace StockPipeline.Polygon.Rest;

/// <summary>A split: <paramref name="From"/> shares became <paramref name="To"/> on the morning of the day.</summary>
public sealed record StockSplit(string Ticker, DateOnly ExecutionDate, decimal From, decimal To);
