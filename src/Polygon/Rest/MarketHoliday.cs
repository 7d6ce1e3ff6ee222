namespace StockPipeline.Polygon.Rest;

/// <summary>A day to come on which an exchange is closed, or closes early.</summary>
/// <param name="Exchange">NYSE, NASDAQ or OTC.</param>
/// <param name="Date">In New York.</param>
/// <param name="Close">When it closes early; null where it is closed.</param>
public sealed record MarketHoliday(string Exchange, DateOnly Date, DateTimeOffset? Close);
