namespace StockPipeline.Simulator.Market;

/// <summary>One anonymous trade.</summary>
/// <param name="TimeMs">When the exchange made it, in Unix milliseconds.</param>
/// <param name="ReportedMs">When the broker heard of it: later than the time for a trade that corrects a closed candle.</param>
/// <param name="Price">In billionths.</param>
/// <param name="Lots">How many lots changed hands.</param>
/// <param name="Buy">The side that took the price.</param>
internal readonly record struct Trade(long TimeMs, long ReportedMs, long Price, long Lots, bool Buy);
