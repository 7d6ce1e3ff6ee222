namespace StockPipeline.Polygon.Rest;

/// <summary>One bar as polygon.io gives it.</summary>
/// <param name="Ticker">Null where the answer is about one ticker alone.</param>
/// <param name="TimeMs">What <c>t</c> says: the start of the window, but its end for grouped days.</param>
/// <param name="Open">Of the first trade.</param>
/// <param name="High">Of all.</param>
/// <param name="Low">Of all.</param>
/// <param name="Close">Of the last trade.</param>
/// <param name="Volume">In shares, which may be fractions.</param>
public sealed record AggregateBar(string? Ticker, long TimeMs, decimal Open, decimal High, decimal Low, decimal Close, decimal Volume);
