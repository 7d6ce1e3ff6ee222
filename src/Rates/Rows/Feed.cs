using StockPipeline.Contracts.Rates;

namespace StockPipeline.Rates.Rows;

/// <summary>One pair of one row: what to ask the source for, and under what its prices are published.</summary>
/// <param name="RowId">The row of trade_info.</param>
/// <param name="Name">What the source calls it: <c>btcusdt@trade</c>, <c>bitcoin/usd</c>.</param>
/// <param name="Symbol">What the source calls the pair.</param>
/// <param name="Key">What is published.</param>
/// <param name="Asked">The pair as the row names it; another one where a market is quoted in a dollar token.</param>
/// <param name="MaxAge">How old a price may be and count as fresh.</param>
/// <param name="Priority">Among several sources the lowest is asked first.</param>
public sealed record Feed(long RowId, string Name, string Symbol, RateKey Key, RatePair Asked, TimeSpan MaxAge, int Priority);
