namespace StockPipeline.Rates.Sources;

/// <summary>One request and the feeds its answer is about.</summary>
public sealed record PollRequest(Uri Url, int Weight, IReadOnlyList<string> Feeds);
