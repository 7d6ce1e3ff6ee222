namespace StockPipeline.Gateway.Live;

/// <summary>
/// Where a subscription begins: with the last rows, with those from a time on, or after a position; and why not where the client wished.
/// </summary>
internal sealed record SeriesStart(int Last, long? From, LivePosition? Resume, string? Reset = null);
