using StockPipeline.Contracts.Rates;

namespace StockPipeline.Rates.Sources;

/// <summary>What a module makes of one pair of a row.</summary>
/// <param name="Name">What the source calls the feed.</param>
/// <param name="Symbol">What it calls the pair.</param>
/// <param name="Asked">The pair as the row names it.</param>
/// <param name="Published">The pair the prices really are of.</param>
public readonly record struct AskedFeed(string Name, string Symbol, RatePair Asked, RatePair Published);
