namespace StockPipeline.Polygon.Rest;

/// <summary>One share as the list of tickers has it.</summary>
/// <param name="Ticker">Its name on the tape.</param>
/// <param name="Name">Of the company.</param>
/// <param name="PrimaryExchange">The MIC of its exchange.</param>
/// <param name="CompositeFigi">Null where polygon.io knows none.</param>
/// <param name="Currency">Lower case.</param>
/// <param name="Active">Whether it trades.</param>
public sealed record TickerDetails(string Ticker, string Name, string PrimaryExchange, string? CompositeFigi, string Currency, bool Active);
