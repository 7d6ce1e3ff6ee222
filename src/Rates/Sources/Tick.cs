using StockPipeline.Contracts.Rates;

namespace StockPipeline.Rates.Sources;

/// <summary>One price as a source has sent it.</summary>
/// <param name="Price">Above zero.</param>
/// <param name="Bid">The best bid, where the source says it.</param>
/// <param name="Ask">The best ask, where the source says it.</param>
/// <param name="Kind">What the price is.</param>
/// <param name="EventTime">When it was true; null where the source does not say.</param>
/// <param name="Sequence">Grows within the feed; null where the source does not count.</param>
public readonly record struct Tick(decimal Price, decimal? Bid, decimal? Ask, RateKind Kind, DateTimeOffset? EventTime, long? Sequence);
